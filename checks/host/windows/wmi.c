/* SPDX-License-Identifier: MIT */
/* A little WMI client, in a thread that may be left behind. */
#include "checks/host/windows/wmi.h"

#include <stdlib.h>

#include "checks/host/windows/left_thread.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"

/* What the thread and its caller share; the last one of the two frees it. */
struct wmi_job {
    struct left_job left;
    enum ip_protocol protocol;
    struct deadline deadline;
    struct wmi_answer answer;
    bool ok;
    struct error err;
};

static void discard(struct left_job *left)
{
    free(left);
}

static IWbemServices *connect_server(IWbemLocator *locator, struct error *err)
{
    BSTR name = SysAllocString(L"root\\StandardCimv2");
    IWbemServices *services = NULL;
    HRESULT result;

    if (!name) {
        (void)error_set(err, ERR_MEMORY, "WMI: not enough memory");
        return NULL;
    }
    /* Without this flag the call may wait for a broken WMI for ever; with it 2 minutes.
     */
    result =
        IWbemLocator_ConnectServer(locator, name, NULL, NULL, NULL,
                                   WBEM_FLAG_CONNECT_USE_MAX_WAIT, NULL, NULL, &services);
    SysFreeString(name);
    if (FAILED(result)) {
        (void)win_error_set_hresult(err, result, "WMI root\\StandardCimv2");
        return NULL;
    }
    return services;
}

static IEnumWbemClassObject *query(IWbemServices *services, enum ip_protocol protocol,
                                   struct error *err)
{
    BSTR language = SysAllocString(L"WQL");
    BSTR text =
        SysAllocString(protocol == IP_PROTOCOL_TCP ? L"SELECT * FROM MSFT_NetTCPSetting"
                                                   : L"SELECT * FROM MSFT_NetUDPSetting");
    IEnumWbemClassObject *rows = NULL;
    HRESULT result = E_OUTOFMEMORY;

    if (language && text)
        result = IWbemServices_ExecQuery(
            services, language, text,
            WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY, NULL, &rows);
    SysFreeString(language);
    SysFreeString(text);
    if (FAILED(result)) {
        (void)win_error_set_hresult(err, result, "WMI query");
        return NULL;
    }
    return rows;
}

static struct wmi_number number_of(const VARIANT *variant)
{
    switch (V_VT(variant)) {
    case VT_EMPTY:
    case VT_NULL:
        return (struct wmi_number){ .kind = WMI_NULL };
    case VT_UI1:
        return (struct wmi_number){ WMI_NUMBER, V_UI1(variant) };
    case VT_I2:
        return (struct wmi_number){ WMI_NUMBER, V_I2(variant) };
    case VT_UI2:
        return (struct wmi_number){ WMI_NUMBER, V_UI2(variant) };
    case VT_I4: /* WMI gives a uint16 as this one */
        return (struct wmi_number){ WMI_NUMBER, V_I4(variant) };
    case VT_UI4:
        return (struct wmi_number){ WMI_NUMBER, V_UI4(variant) };
    default:
        return (struct wmi_number){ .kind = WMI_OTHER };
    }
}

/* A template without that property leaves the range open as one with NULL does. */
static struct wmi_number read_number(IWbemClassObject *object, const wchar_t *name)
{
    struct wmi_number number = { .kind = WMI_NULL };
    VARIANT variant;

    VariantInit(&variant);
    if (SUCCEEDED(IWbemClassObject_Get(object, name, 0, &variant, NULL, NULL)))
        number = number_of(&variant);
    (void)VariantClear(&variant);
    return number;
}

static bool read_rows(IEnumWbemClassObject *rows, struct wmi_job *job)
{
    for (;;) {
        IWbemClassObject *object = NULL;
        ULONG got = 0;
        HRESULT result = IEnumWbemClassObject_Next(
            rows, (LONG)deadline_left_ms(&job->deadline), 1, &object, &got);

        if (result == WBEM_S_TIMEDOUT)
            return error_set(&job->err, ERR_TIMEOUT, "WMI did not answer in time");
        if (FAILED(result))
            return win_error_set_hresult(&job->err, result, "WMI answer");
        if (got == 0)
            return true;
        if (job->answer.count == WMI_SETTINGS_MAX) {
            IWbemClassObject_Release(object);
            return error_set(&job->err, ERR_LIMIT, "WMI has more than %d templates",
                             WMI_SETTINGS_MAX);
        }
        job->answer.settings[job->answer.count++] = (struct wmi_setting){
            .start = read_number(object, L"DynamicPortRangeStartPort"),
            .count = read_number(object, L"DynamicPortRangeNumberOfPorts"),
            .reuse_start = read_number(object, L"AutoReusePortRangeStartPort"),
            .reuse_count = read_number(object, L"AutoReusePortRangeNumberOfPorts"),
        };
        IWbemClassObject_Release(object);
    }
}

static bool ask(IWbemLocator *locator, struct wmi_job *job)
{
    IWbemServices *services = connect_server(locator, &job->err);
    IEnumWbemClassObject *rows;
    bool ok = false;

    if (!services)
        return false;
    rows = query(services, job->protocol, &job->err);
    if (rows) {
        ok = read_rows(rows, job);
        IEnumWbemClassObject_Release(rows);
    }
    IWbemServices_Release(services);
    return ok;
}

static bool ask_in_apartment(struct wmi_job *job)
{
    IWbemLocator *locator = NULL;
    HRESULT result;
    bool ok;

    /* Once per process; the second time it says RPC_E_TOO_LATE, which is fine. */
    (void)CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_DEFAULT,
                               RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE, NULL);
    result = CoCreateInstance(&CLSID_WbemLocator, NULL, CLSCTX_INPROC_SERVER,
                              &IID_IWbemLocator, (void **)&locator);
    if (FAILED(result))
        return win_error_set_hresult(&job->err, result, "WMI");
    ok = ask(locator, job);
    IWbemLocator_Release(locator);
    return ok;
}

static void work(struct left_job *left)
{
    struct wmi_job *job = (struct wmi_job *)left;
    HRESULT result = CoInitializeEx(NULL, COINIT_MULTITHREADED);

    if (FAILED(result)) {
        (void)win_error_set_hresult(&job->err, result, "WMI: COM");
    } else {
        job->ok = ask_in_apartment(job);
        CoUninitialize();
    }
}

/* Waits for the thread, and takes its answer when it came in time. */
static bool await(struct wmi_job *job, int64_t limit_ms, struct wmi_answer *out,
                  struct error *err)
{
    struct error failure = { 0 };

    if (!left_job_run(&job->left, limit_ms, &failure))
        return failure.code == ERR_TIMEOUT
                   ? error_set(err, ERR_TIMEOUT, "WMI did not answer within %.1f s",
                               (double)limit_ms / 1000)
                   : error_set(err, failure.code, "WMI: %s", failure.message);
    if (job->ok)
        *out = job->answer;
    else if (err)
        *err = job->err;
    return job->ok;
}

bool wmi_read_settings(enum ip_protocol protocol, int64_t limit_ms,
                       struct wmi_answer *out, struct error *err)
{
    struct wmi_job *job = calloc(1, sizeof *job);
    bool ok;

    if (!job)
        return error_set(err, ERR_MEMORY, "WMI: not enough memory");
    job->left = (struct left_job){ .work = work, .discard = discard, .holders = 1 };
    job->protocol = protocol;
    job->deadline = deadline_in_ms(limit_ms);
    ok = await(job, limit_ms, out, err);
    left_job_let_go(&job->left);
    return ok;
}
