/* SPDX-License-Identifier: MIT */
/* EnumServicesStatusEx, a part at a time. */
#include "checks/host/windows/service_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "checks/model/listener.h"

/* The most that one call returns. With so many calls there is room for 40,000 services.
 */
enum { PART_SIZE = 64 * 1024, PARTS_MAX = 64 };

static const char what[] = "services";

/* False for want of memory. */
static bool add(struct service_names *out, const ENUM_SERVICE_STATUS_PROCESSW *service)
{
    struct service_name *added = &out->list[out->count];
    struct text name = { 0 };
    bool ok;

    win_text_add_wide(&name, service->lpServiceName);
    ok = text_ok(&name, NULL);
    added->pid = service->ServiceStatusProcess.dwProcessId;
    unit_name_clean(text_string(&name), name.length, added->name);
    out->count += added->pid != 0;
    text_clear(&name);
    return ok;
}

static bool add_part(struct service_names *out, const BYTE *part, DWORD count,
                     struct error *err)
{
    const ENUM_SERVICE_STATUS_PROCESSW *services = (const void *)part;
    struct service_name *more =
        realloc(out->list, (out->count + count + 1) * sizeof *more);
    bool ok = more != NULL;

    if (more)
        out->list = more;
    for (DWORD i = 0; ok && i < count; i++)
        ok = add(out, &services[i]);
    return ok || error_set(err, ERR_MEMORY, "not enough memory for the services");
}

static bool read_parts(SC_HANDLE manager, BYTE *part, struct service_names *out,
                       struct error *err)
{
    DWORD resume = 0;

    for (int i = 0; i < PARTS_MAX; i++) {
        DWORD needed = 0;
        DWORD count = 0;
        DWORD code = NO_ERROR;

        if (!EnumServicesStatusExW(manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32,
                                   SERVICE_ACTIVE, part, PART_SIZE, &needed, &count,
                                   &resume, NULL))
            code = GetLastError();
        if (code != NO_ERROR && code != ERROR_MORE_DATA)
            return win_error_set(err, code, "%s", what);
        if (!add_part(out, part, count, err))
            return false;
        if (code == NO_ERROR)
            return true;
    }
    return error_set(err, ERR_LIMIT, "%s: more than %d parts", what, PARTS_MAX);
}

bool service_names_read(struct service_names *out, struct error *err)
{
    SC_HANDLE manager =
        OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
    BYTE *part;
    bool ok;

    if (!manager)
        return win_error_set(err, GetLastError(), "%s", what);
    part = malloc(PART_SIZE);
    ok = part ? read_parts(manager, part, out, err)
              : error_set(err, ERR_MEMORY, "not enough memory for the services");
    free(part);
    (void)CloseServiceHandle(manager);
    return ok;
}

bool service_names_of(const struct service_names *names, uint32_t pid,
                      char out[OWNER_NAME_SIZE])
{
    static const char more[] = "/...";
    size_t length = 0;

    out[0] = '\0';
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->list[i].name;

        if (names->list[i].pid != pid)
            continue;
        if (length > 0 && length + 1 + strlen(name) + sizeof more > OWNER_NAME_SIZE) {
            length = length < OWNER_NAME_SIZE - sizeof more
                         ? length
                         : OWNER_NAME_SIZE - sizeof more;
            memcpy(out + length, more, sizeof more);
            break;
        }
        length += (size_t)snprintf(out + length, OWNER_NAME_SIZE - length, "%s%s",
                                   length > 0 ? "/" : "", name);
    }
    return out[0] != '\0';
}

void service_names_clear(struct service_names *names)
{
    free(names->list);
    *names = (struct service_names){ 0 };
}
