/* SPDX-License-Identifier: MIT */
/* Windows Installer by msiexec.exe, and what is there after it. */
#include "tests/windows-kit/lib/remedy_install.h"

#include <direct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/deadline.h"
#include "checks/host/windows/system32.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/remedy_cycle.h"
#include "tests/windows-kit/lib/remedy_package.h"
#include "tests/windows-kit/lib/remedy_tools.h"
#include "tests/windows-kit/lib/remedy_trace.h"
#include "tests/windows-kit/lib/say.h"

#define EVENT_SOURCE                                                                     \
    "HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\port-exhaustion"

/* packaging/windows/port-exhaustion.wxs */
static const wchar_t upgrade_code[] = L"{EE6B415C-FB9A-4DE1-979D-469E452CB5B5}";

enum { CODE_SIZE = 39 }; /* a GUID and its NUL */

/* How often, and how long, another installation is waited for. */
enum { BUSY_TRIES = 20, BUSY_PAUSE_MS = 15000, BUSY_MOST_MS = 240000 };

struct install {
    const char *directory; /* of the packages; borrowed */
    const char *list;      /* borrowed */
    struct remedy_packages packages;
    char mark[REMEDY_PATH_SIZE];
    char folder[REMEDY_PATH_SIZE]; /* where the product is installed */
    char check[REMEDY_PATH_SIZE + 64];
    char remediate[REMEDY_PATH_SIZE + 64];
    char log[REMEDY_PATH_SIZE + 32]; /* of msiexec; kept where it failed */
    unsigned int logs;
};

typedef UINT WINAPI enum_related_products(LPCWSTR upgrade, DWORD reserved, DWORD index,
                                          LPWSTR product);

/* The code of the installed product; false: none is. */
static bool find_product(char out[CODE_SIZE])
{
    enum_related_products *enumerate =
        (enum_related_products *)system32_find(L"msi.dll", "MsiEnumRelatedProductsW");
    wchar_t code[CODE_SIZE] = { 0 };
    struct text utf8 = { 0 };

    if (!enumerate || enumerate(upgrade_code, 0, 0, code) != ERROR_SUCCESS)
        return false;
    win_text_add_wide(&utf8, code);
    (void)snprintf(out, CODE_SIZE, "%s", text_string(&utf8));
    text_clear(&utf8);
    return true;
}

static bool find_folder(char out[REMEDY_PATH_SIZE], struct error *err)
{
    wchar_t *folder = NULL;
    HRESULT result = SHGetKnownFolderPath(&FOLDERID_ProgramFiles, 0, NULL, &folder);
    struct text path = { 0 };

    if (SUCCEEDED(result)) {
        win_text_add_wide(&path, folder);
        text_add(&path, "\\port-exhaustion");
        (void)snprintf(out, REMEDY_PATH_SIZE, "%s", text_string(&path));
    }
    CoTaskMemFree(folder);
    text_clear(&path);
    return SUCCEEDED(result) ||
           win_error_set_hresult(err, result, "the programs' folder");
}

static bool find_packages(const char *directory, struct remedy_packages *out,
                          struct error *err)
{
    char pattern[REMEDY_PATH_SIZE];
    WIN32_FIND_DATAW found;
    HANDLE search;
    wchar_t *wide;

    (void)snprintf(pattern, sizeof pattern, "%.1000s\\*.msi", directory);
    wide = win_text_to_wide(pattern, err);
    if (!wide)
        return false;
    search = FindFirstFileW(wide, &found);
    free(wide);
    if (search == INVALID_HANDLE_VALUE)
        return error_set(err, ERR_ABSENT, "no MSI in '%s'", directory);
    do {
        struct text name = { 0 };

        win_text_add_wide(&name, found.cFileName);
        (void)remedy_packages_add(out, text_string(&name));
        text_clear(&name);
    } while (FindNextFileW(search, &found));
    (void)FindClose(search);
    return out->first.name[0] ||
           error_set(err, ERR_ABSENT, "no MSI of ours in '%s'", directory);
}

static bool prepare(struct install *install, struct error *err)
{
    (void)snprintf(install->mark, sizeof install->mark, "%.1000s.msi", install->list);
    if (!find_folder(install->folder, err))
        return false;
    (void)snprintf(install->check, sizeof install->check, "%s\\check_port_exhaustion.exe",
                   install->folder);
    (void)snprintf(install->remediate, sizeof install->remediate,
                   "%s\\remediate_port_exhaustion.exe", install->folder);
    return true;
}

/* Runs it, and again while another installation runs. */
static bool run_msiexec(const char *const *words, struct remedy_said *out,
                        struct error *err)
{
    for (int i = 0; i < BUSY_TRIES; i++) {
        const struct deadline next = deadline_in_ms(BUSY_PAUSE_MS);

        if (!remedy_run_tool(words, out, err))
            return false;
        if (out->code != ERROR_INSTALL_ALREADY_RUNNING)
            return true;
        deadline_wait(&next);
    }
    return true;
}

/* Whether Windows Installer did not begin: not a fault of ours. */
static bool has_not_begun(uint32_t code)
{
    return code == ERROR_INSTALL_ALREADY_RUNNING ||
           code == ERROR_INSTALL_PACKAGE_REJECTED;
}

/* `what` is a path or a product's code. True when it ended with `wanted`, or, where that
 * is 0, says that a reboot is needed to finish. ERR_UNSUPPORTED: another installation
 * runs, or the system's policy forbids it. */
static bool msiexec(struct install *install, const char *option, const char *what,
                    uint32_t wanted, struct error *err)
{
    const char *words[] = { "msiexec.exe", option, what,         "/qn",
                            "/norestart",  "/l*v", install->log, NULL };
    struct remedy_said said = { 0 };
    bool ok;

    (void)snprintf(install->log, sizeof install->log, "%s.%u.log", install->mark,
                   ++install->logs);
    ok = run_msiexec(words, &said, err);
    if (ok && wanted == ERROR_SUCCESS && said.code == ERROR_SUCCESS_REBOOT_REQUIRED)
        say_note("msiexec says that a reboot is needed to finish");
    else if (ok && said.code != wanted)
        ok = error_set(err, has_not_begun(said.code) ? ERR_UNSUPPORTED : ERR_IO,
                       "msiexec ended with %u (log: %s)", said.code, install->log);
    if (ok)
        (void)remove(install->log);
    remedy_said_clear(&said);
    return ok;
}

static bool msiexec_works(struct install *install, const char *name, const char *option,
                          const char *what)
{
    struct error err = { 0 };
    bool ok = msiexec(install, option, what, ERROR_SUCCESS, &err);

    if (ok || err.code != ERR_UNSUPPORTED || strcmp(option, "/x") == 0)
        return remedy_say(name, ok, &err, "0 or 3010");
    say_skip(name, err.message);
    return false;
}

static void package_path(const struct install *install,
                         const struct remedy_package *package, char *out, size_t size)
{
    (void)snprintf(out, size, "%s\\%s", install->directory, package->name);
}

/* `--version` of a program, as it is installed; the check's exit code is UNKNOWN. */
static void check_version(const char *path, const char *program, uint32_t code,
                          const char *version)
{
    const char *words[] = { path, "--version", NULL };
    struct remedy_said said = { 0 };
    struct error err = { 0 };
    char wanted[128];
    char name[128];

    (void)snprintf(wanted, sizeof wanted, "%s %s, exit code %u", program, version, code);
    (void)snprintf(name, sizeof name, "remedy: %s %s runs from where it is installed",
                   program, version);
    if (remedy_run(words, &said, &err)) {
        char got[128];

        (void)snprintf(got, sizeof got, "%.*s, exit code %u",
                       (int)strcspn(text_string(&said.output), "\r\n"),
                       text_string(&said.output), said.code);
        (void)say_same(name, wanted, got);
    } else
        (void)remedy_say(name, false, &err, wanted);
    remedy_said_clear(&said);
}

static void check_programs(const struct install *install, const char *version)
{
    check_version(install->check, "check_port_exhaustion", 3, version);
    check_version(install->remediate, "remediate_port_exhaustion", 0, version);
}

static void check_source(const char *name, bool wanted)
{
    static const char *const words[] = { "reg.exe", "query", EVENT_SOURCE, NULL };
    struct remedy_said said = { 0 };
    struct error err = { 0 };
    bool ok = remedy_run_tool(words, &said, &err) &&
              ((said.code == 0) == wanted ||
               error_set(&err, ERR_IO, "reg.exe query ended with %u", said.code));

    (void)remedy_say(name, ok, &err, wanted ? "0" : "1");
    remedy_said_clear(&said);
}

static void check_state_is_made(const struct remedy *remedy, const char *name)
{
    if (say_same(name, "there", remedy_exists(remedy->state) ? "there" : "missing"))
        remedy_check_access(remedy->state);
}

/* A file and the empty state directory are missing, and come back. */
static void check_repair(struct install *install, const struct remedy *remedy)
{
    char path[REMEDY_PATH_SIZE + 64];
    char code[CODE_SIZE] = "";
    bool removed;

    (void)snprintf(path, sizeof path, "%s\\README.txt", install->folder);
    if (remedy_is_wine()) {
        say_skip("remedy: repaired", "Wine's msiexec repairs nothing");
        return;
    }
    removed = remove(path) == 0 && (remedy->had_state || _rmdir(remedy->state) == 0);
    if (!removed)
        say_not_ok("remedy: repaired", "README.txt or the empty state directory stays",
                   "something to repair");
    else if (!find_product(code))
        say_not_ok("remedy: the product is listed", "no product", "one to repair");
    else if (msiexec_works(install, "remedy: repaired", "/fa", code)) {
        (void)say_same("remedy: a missing file comes back", "there",
                       remedy_exists(path) ? "there" : "missing");
        check_state_is_made(remedy, "remedy: the repair makes the state directory");
    }
}

/* The journal's bytes; empty where there is none. */
static void read_journal(const struct remedy *remedy, struct text *out)
{
    char path[REMEDY_PATH_SIZE + 16];
    struct error ignored = { 0 };

    (void)snprintf(path, sizeof path, "%s\\journal", remedy->state);
    if (!remedy_read_file(path, out, &ignored))
        text_cut(out, 0);
}

static void check_downgrade(struct install *install)
{
    char msi[REMEDY_PATH_SIZE + PACKAGE_NAME_SIZE];
    struct error err = { 0 };

    package_path(install, &install->packages.first, msi, sizeof msi);
    (void)remedy_say("remedy: an older version is refused",
                     msiexec(install, "/i", msi, ERROR_INSTALL_FAILURE, &err), &err,
                     "1603");
    check_programs(install, install->packages.last.version);
}

static void check_upgrade(struct install *install, const struct remedy *remedy)
{
    char msi[REMEDY_PATH_SIZE + PACKAGE_NAME_SIZE];
    struct text before = { 0 };
    struct text after = { 0 };

    if (!remedy_packages_can_upgrade(&install->packages)) {
        say_skip("remedy: upgraded", "one version of the MSI only lies there");
        return;
    }
    read_journal(remedy, &before);
    package_path(install, &install->packages.last, msi, sizeof msi);
    if (msiexec_works(install, "remedy: upgraded", "/i", msi)) {
        read_journal(remedy, &after);
        if (before.length > 0)
            (void)say_same("remedy: the journal outlives the upgrade",
                           text_string(&before), text_string(&after));
        check_source("remedy: the event source outlives the upgrade", true);
        check_downgrade(install);
    }
    text_clear(&before);
    text_clear(&after);
}

static void check_state_kept(const struct remedy *remedy)
{
    struct text journal = { 0 };

    read_journal(remedy, &journal);
    (void)say_same("remedy: the journal stays", "there",
                   journal.length > 0 ? "there" : "missing");
    text_clear(&journal);
    remedy_check_access(remedy->state);
}

static void check_removal(struct install *install, const struct remedy *remedy)
{
    char code[CODE_SIZE];

    if (!find_product(code)) {
        say_not_ok("remedy: the product is listed", "no product", "one to remove");
        return;
    }
    if (!msiexec_works(install, "remedy: removed", "/x", code))
        return;
    (void)remove(install->mark);
    (void)say_same("remedy: its files are gone", "gone",
                   remedy_exists(install->folder) ? "there" : "gone");
    check_source("remedy: the event source is gone", false);
    if (remedy->run[0])
        check_state_kept(remedy);
}

/* Everything that is tried while it is installed. */
static void use(struct install *install, struct remedy *remedy)
{
    bool applied;

    check_programs(install, install->packages.first.version);
    check_source("remedy: the event source is registered", true);
    remedy_check_event_text();
    check_state_is_made(remedy, "remedy: the MSI makes the state directory");
    check_repair(install, remedy);
    applied = remedy_begin(remedy, "remedy: apply and undo as installed") &&
              remedy_check_plan(remedy) && remedy_check_apply(remedy);
    if (applied) {
        remedy_check_event(remedy->run);
        remedy_check_access(remedy->state);
    }
    check_upgrade(install, remedy);
    if (applied)
        remedy_check_undo(remedy, false);
}

/* What the mark says of the state directory when the stage began. */
static const char state_there[] = "state there\n";
static const char state_made[] = "state made\n";

/* The MSI leaves the directory; where there was none, it goes while it is empty. (With a
 * journal of ours in it, remedy_end removes it.) */
static void remove_empty_state(const struct install *install)
{
    struct remedy remedy;
    struct text mark = { 0 };
    struct error ignored = { 0 };

    if (remedy_init(&remedy, "", "", install->list, &ignored) &&
        remedy_read_file(install->mark, &mark, &ignored) &&
        strcmp(text_string(&mark), state_made) == 0)
        (void)_rmdir(remedy.state);
    text_clear(&mark);
}

/* The msiexec of a stage that was ended goes on in a service. */
static void wait_for_installer(void)
{
    HANDLE mutex = OpenMutexW(SYNCHRONIZE, FALSE, L"Global\\_MSIExecute");
    DWORD waited;

    if (!mutex)
        return;
    waited = WaitForSingleObject(mutex, BUSY_MOST_MS);
    if (waited == WAIT_OBJECT_0 || waited == WAIT_ABANDONED)
        (void)ReleaseMutex(mutex);
    (void)CloseHandle(mutex);
}

void remedy_end_msi(const char *list)
{
    static const char name[] = "remedy: what a stopped stage installed is removed";
    struct install install = { .list = list };
    struct error err = { 0 };
    char code[CODE_SIZE];

    if (!prepare(&install, &err) || !remedy_exists(install.mark))
        return;
    wait_for_installer();
    if (find_product(code) && !msiexec_works(&install, name, "/x", code))
        return;
    remove_empty_state(&install);
    (void)remove(install.mark);
}

static void install_and_use(struct install *install)
{
    char msi[REMEDY_PATH_SIZE + PACKAGE_NAME_SIZE];
    struct remedy remedy;
    struct error err = { 0 };

    if (!remedy_init(&remedy, install->check, install->remediate, install->list, &err) ||
        !remedy_write_file(install->mark, remedy.had_state ? state_there : state_made,
                           &err)) {
        (void)remedy_say("remedy: the MSI's stage is marked", false, &err,
                         "a file beside the list");
        return;
    }
    package_path(install, &install->packages.first, msi, sizeof msi);
    if (msiexec_works(install, "remedy: installed", "/i", msi)) {
        use(install, &remedy);
        check_removal(install, &remedy);
        remedy_end(&remedy);
    } else
        remedy_end_msi(install->list);
}

void remedy_stage_msi(const char *directory, const char *list)
{
    static const char stage[] = "remedy: the MSI";
    struct install install = { .directory = directory, .list = list };
    struct error err = { 0 };
    char code[CODE_SIZE];

    if (!prepare(&install, &err))
        (void)remedy_say(stage, false, &err, "its folder");
    else if (!remedy_is_elevated())
        say_skip(stage, "needs an elevated prompt");
    else if (find_product(code) || remedy_exists(install.folder))
        say_skip(stage, "the product is installed already");
    else if (!find_packages(directory, &install.packages, &err))
        say_skip(stage, err.message);
    else
        install_and_use(&install);
}
