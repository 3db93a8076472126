/* SPDX-License-Identifier: MIT */
/* The Windows backend of the read seam. */
#include "checks/host/windows/windows_host.h"

#include <stdlib.h>

#include "checks/host/program.h"
#include "checks/host/windows/netsh_answers.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"

typedef LONG WINAPI rtl_get_version(OSVERSIONINFOW *version);

/* GetVersionEx lies to programs without a manifest for the newest Windows; this does not.
 */
static struct os_version read_version(void)
{
    struct os_version os = { .kind = OS_WINDOWS };
    OSVERSIONINFOW version = { .dwOSVersionInfoSize = sizeof version };
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    rtl_get_version *get_version;

    if (!ntdll)
        return os;
    get_version =
        (rtl_get_version *)(void (*)(void))GetProcAddress(ntdll, "RtlGetVersion");
    if (!get_version || get_version(&version) != 0)
        return os;
    os.major = version.dwMajorVersion;
    os.minor = version.dwMinorVersion;
    os.build = version.dwBuildNumber;
    return os;
}

static void identify(void *self, struct host_identity *out)
{
    const struct windows_host *host = self;
    wchar_t name[256] = { 0 };
    DWORD length = ARRAY_COUNT(name);
    struct text utf8 = { 0 };

    out->os = host->os;
    out->hostname[0] = '\0';
    out->machine[0] = '\0'; /* program_machine */
    program_boot_id(&utf8);
    win_text_copy(out->boot, sizeof out->boot, text_string(&utf8));
    text_cut(&utf8, 0);
    if (!GetComputerNameExW(ComputerNameDnsHostname, name, &length)) {
        text_clear(&utf8);
        return;
    }
    win_text_add_wide(&utf8, name);
    win_text_copy(out->hostname, sizeof out->hostname, text_string(&utf8));
    text_clear(&utf8);
}

/* A TIME_WAIT socket keeps its port until it ends: Windows gives it to nobody. */
static bool read_time_wait_reuse(void *self, enum time_wait_reuse *reuse,
                                 uint32_t *delay_ms, struct error *err)
{
    (void)self;
    (void)err;
    *reuse = REUSE_NEVER;
    *delay_ms = 0;
    return true;
}

/* Registry and netsh hold one value: what is written is what the next boot brings. */
static bool read_boot_values(void *self, const struct policy_setting *const *rules,
                             struct observation *seen, struct error *err)
{
    (void)self;
    (void)rules;
    (void)seen;
    (void)err;
    return true;
}

static bool read_time_wait_overflow(void *self, uint64_t *out, struct error *err)
{
    (void)self;
    (void)out;
    return error_set(err, ERR_UNSUPPORTED, "Windows does not count dropped TIME_WAIT");
}

/* Planning only names listeners here, so whose they are does not matter. */
static bool read_listeners(void *self, const struct policy_reserve *trust,
                           const struct deadline *deadline, struct host_listeners *out,
                           struct error *err);

static void close_host(void *self)
{
    netsh_forget();
    free(self);
}

static const struct host_ops windows_ops = {
    .identify = identify,
    .read_range = windows_read_range,
    .read_time_wait_reuse = read_time_wait_reuse,
    .read_tcp = windows_read_tcp,
    .read_udp = windows_read_udp,
    .read_events = windows_read_events,
    .read_listeners = read_listeners,
    .visit_owned = windows_visit_owned,
    .name_owners = windows_name_owners,
    .look = windows_look,
    .read_setting = windows_read_setting,
    .read_boot_values = read_boot_values,
    .read_journal = host_read_journal,
    .read_time_wait_overflow = read_time_wait_overflow,
    .ask = windows_ask,
    .find_closed = windows_find_closed,
    .name_device = windows_name_device,
    .close = close_host,
};

static bool read_listeners(void *self, const struct policy_reserve *trust,
                           const struct deadline *deadline, struct host_listeners *out,
                           struct error *err)
{
    (void)trust;
    return host_read_ownerless(&windows_ops, self, deadline, out, err);
}

bool host_open(struct host *host, struct error *err)
{
    struct windows_host *self = calloc(1, sizeof *self);

    if (!self)
        return error_set(err, ERR_MEMORY, "not enough memory for the host");
    self->os = read_version();
    *host = (struct host){ .ops = &windows_ops, .self = self };
    return true;
}
