/* SPDX-License-Identifier: MIT */
/* The templates of WMI, each property with the type that it came in. */
#include "tests/windows-kit/lib/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "checks/host/windows/wmi.h"
#include "tests/windows-kit/lib/say.h"

enum { LIMIT_MS = 10000, PROPERTY_SIZE = 64 };

static const struct {
    const char *file;
    const wchar_t *query;
} classes[IP_PROTOCOL_COUNT] = {
    { "wmi/MSFT_NetTCPSetting.txt", L"SELECT * FROM MSFT_NetTCPSetting" },
    { "wmi/MSFT_NetUDPSetting.txt", L"SELECT * FROM MSFT_NetUDPSetting" },
};

/* The number of a VARIANT's type, and its name where the check has a use for it. */
static const char *type_name(VARTYPE type)
{
    static const struct {
        VARTYPE type;
        const char *name;
    } names[] = {
        { VT_EMPTY, "VT_EMPTY" }, { VT_NULL, "VT_NULL" }, { VT_UI1, "VT_UI1" },
        { VT_I2, "VT_I2" },       { VT_UI2, "VT_UI2" },   { VT_I4, "VT_I4" },
        { VT_UI4, "VT_UI4" },     { VT_BOOL, "VT_BOOL" }, { VT_BSTR, "VT_BSTR" },
    };

    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (names[i].type == type)
            return names[i].name;
    return "VT_OTHER";
}

/* Numbers, and the name of the template; other texts are left out. */
static void add_value(const wchar_t *name, VARIANT *value, struct text *out)
{
    VARIANT number;

    win_text_add_wide(out, name);
    text_addf(out, " %s", type_name(V_VT(value)));
    VariantInit(&number);
    if (V_VT(value) == VT_BSTR && wcscmp(name, L"SettingName") == 0) {
        text_add(out, " ");
        win_text_add_wide(out, V_BSTR(value));
    } else if (V_VT(value) != VT_BSTR && V_VT(value) != VT_NULL &&
               SUCCEEDED(VariantChangeType(&number, value, 0, VT_I4))) {
        text_addf(out, " %ld", V_I4(&number));
    }
    text_add(out, "\n");
    (void)VariantClear(&number);
}

static HRESULT add_template(IWbemClassObject *object, struct text *out)
{
    HRESULT result = IWbemClassObject_BeginEnumeration(object, WBEM_FLAG_NONSYSTEM_ONLY);

    text_add(out, "template\n");
    while (SUCCEEDED(result)) {
        BSTR name = NULL;
        VARIANT value;

        VariantInit(&value);
        result = IWbemClassObject_Next(object, 0, &name, &value, NULL, NULL);
        if (result != WBEM_S_NO_ERROR)
            break;
        add_value(name, &value, out);
        SysFreeString(name);
        (void)VariantClear(&value);
    }
    return FAILED(result) ? result : S_OK;
}

static HRESULT add_templates(IWbemServices *services, const wchar_t *query,
                             struct text *out)
{
    BSTR language = SysAllocString(L"WQL");
    BSTR words = SysAllocString(query);
    IEnumWbemClassObject *rows = NULL;
    HRESULT result = IWbemServices_ExecQuery(
        services, language, words, WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY,
        NULL, &rows);

    while (SUCCEEDED(result)) {
        IWbemClassObject *object = NULL;
        ULONG got = 0;

        result = IEnumWbemClassObject_Next(rows, LIMIT_MS, 1, &object, &got);
        if (got == 0)
            break;
        result = add_template(object, out);
        IWbemClassObject_Release(object);
    }
    if (rows)
        IEnumWbemClassObject_Release(rows);
    SysFreeString(language);
    SysFreeString(words);
    return result == WBEM_S_TIMEDOUT ? (HRESULT)WBEM_E_TIMED_OUT : result;
}

static HRESULT ask(const wchar_t *query, struct text *out)
{
    BSTR name = SysAllocString(L"root\\StandardCimv2");
    IWbemLocator *locator = NULL;
    IWbemServices *services = NULL;
    HRESULT result = CoCreateInstance(&CLSID_WbemLocator, NULL, CLSCTX_INPROC_SERVER,
                                      &IID_IWbemLocator, (void **)&locator);

    if (SUCCEEDED(result))
        result = IWbemLocator_ConnectServer(locator, name, NULL, NULL, NULL,
                                            WBEM_FLAG_CONNECT_USE_MAX_WAIT, NULL, NULL,
                                            &services);
    if (SUCCEEDED(result))
        result = add_templates(services, query, out);
    if (services)
        IWbemServices_Release(services);
    if (locator)
        IWbemLocator_Release(locator);
    SysFreeString(name);
    return result;
}

/* --- Read again ------------------------------------------------------------------------
 */

static struct wmi_number number_of(const char *type, const char *value)
{
    struct wmi_number number = { .kind = WMI_OTHER };
    long long told = 0;

    if (strcmp(type, "VT_NULL") == 0 || strcmp(type, "VT_EMPTY") == 0)
        number.kind = WMI_NULL;
    else if (strcmp(type, "VT_BSTR") != 0 && strcmp(type, "VT_OTHER") != 0 &&
             sscanf(value, "%lld", &told) == 1)
        number = (struct wmi_number){ WMI_NUMBER, told };
    return number;
}

static void read_line(const char *line, struct wmi_setting *setting)
{
    char name[PROPERTY_SIZE] = "";
    char type[PROPERTY_SIZE] = "";
    int at = 0;
    const struct {
        const char *name;
        struct wmi_number *into;
    } numbers[] = {
        { "DynamicPortRangeStartPort", &setting->start },
        { "DynamicPortRangeNumberOfPorts", &setting->count },
        { "AutoReusePortRangeStartPort", &setting->reuse_start },
        { "AutoReusePortRangeNumberOfPorts", &setting->reuse_count },
    };

    if (sscanf(line, "%63s %63s%n", name, type, &at) != 2)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
        if (strcmp(name, numbers[i].name) == 0)
            *numbers[i].into = number_of(type, line + at);
}

static bool read_text(const char *text, struct wmi_answer *out)
{
    *out = (struct wmi_answer){ 0 };
    while (*text) {
        if (strncmp(text, "template\n", 9) == 0) {
            if (out->count == WMI_SETTINGS_MAX)
                return false;
            out->count++;
        } else if (out->count > 0) {
            read_line(text, &out->settings[out->count - 1]);
        }
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return true;
}

/* "49152-65535 of 6 templates", or why that is none. */
static void describe(const struct wmi_answer *answer, struct text *out)
{
    struct port_range range = { 0 };
    struct port_range reuse = { 0 };
    struct error err = { 0 };
    char words[PORT_RANGE_TEXT_SIZE];
    bool differ = false;

    if (dynamic_range_from_wmi(answer->settings, answer->count, &range, &differ, &err)) {
        port_range_format(range, words);
        text_add(out, words);
    } else {
        text_add(out, err.message);
    }
    if (!dynamic_range_reuse_from_wmi(answer->settings, answer->count, &reuse, &differ,
                                      &err)) {
        text_addf(out, ", %s", err.message);
    } else if (port_range_size(reuse) > 0) {
        port_range_format(reuse, words);
        text_addf(out, ", auto-reuse %s", words);
    }
    text_addf(out, " of %zu templates", answer->count);
}

static void read_again(enum ip_protocol protocol, const char *text)
{
    const char *name = classes[protocol].file;
    struct wmi_answer kept = { 0 };
    struct wmi_answer told = { 0 };
    struct text got = { 0 };
    struct text wanted = { 0 };
    struct error err = { 0 };

    if (!wmi_read_settings(protocol, LIMIT_MS, &told, &err))
        text_add(&wanted, err.message);
    else
        describe(&told, &wanted);
    if (read_text(text, &kept))
        describe(&kept, &got);
    if (say_same(name, text_string(&wanted), text_string(&got)))
        say_note("%s reads %s", name, text_string(&got));
    text_clear(&got);
    text_clear(&wanted);
}

static void record_class(const struct record *record, enum ip_protocol protocol)
{
    const char *name = classes[protocol].file;
    struct text templates = { 0 };
    struct text again = { 0 };
    struct error err = { 0 };
    HRESULT result = ask(classes[protocol].query, &templates);

    if (FAILED(result)) {
        (void)win_error_set_hresult(&err, result, "WMI");
        say_skip(name, err.message);
    } else if (record_keep(record, name, &templates, &again)) {
        read_again(protocol, text_string(&again));
    }
    text_clear(&templates);
    text_clear(&again);
}

void record_wmi(struct record *record)
{
    struct error err = { 0 };
    HRESULT result = CoInitializeEx(NULL, COINIT_MULTITHREADED);

    if (FAILED(result)) {
        (void)win_error_set_hresult(&err, result, "COM");
        say_skip("wmi", err.message);
        return;
    }
    /* Providers answer only whom they may impersonate; the check asks in the same way. */
    (void)CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_DEFAULT,
                               RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE, NULL);
    for (int protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++)
        record_class(record, (enum ip_protocol)protocol);
    CoUninitialize();
}
