/* SPDX-License-Identifier: MIT */
/* A WMI for Wine, whose own knows no MSFT_NetTCPSetting: a DLL in place of wbemprox.dll
 * that answers as a Windows does. WMI_DOUBLE holds the templates, one after each blank:
 *   START,NUMBER,REUSE_START,REUSE_NUMBER    each a number, "null", or "text" (a string)
 *   refuse                                   instead of them: there is no such namespace
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/win.h"

enum { TEMPLATES_MAX = 40, FIELDS = 4, WORD_SIZE = 16, DEFINITION_SIZE = 2048 };

static const wchar_t *const properties[FIELDS] = {
    L"DynamicPortRangeStartPort",
    L"DynamicPortRangeNumberOfPorts",
    L"AutoReusePortRangeStartPort",
    L"AutoReusePortRangeNumberOfPorts",
};

/* Nothing here is ever freed: all of it is static, and one program runs one query. */
struct template_object {
    IWbemClassObject object; /* first, so that its address is the template's */
    char words[FIELDS][WORD_SIZE];
    int next_property; /* of an enumeration */
};

static struct template_object templates[TEMPLATES_MAX];
static ULONG template_count;
static ULONG next_template;

#define NEVER_FREED(type)                                                                \
    static ULONG STDMETHODCALLTYPE type##_count(type *self)                              \
    {                                                                                    \
        (void)self;                                                                      \
        return 1;                                                                        \
    }

NEVER_FREED(IWbemClassObject)
NEVER_FREED(IEnumWbemClassObject)
NEVER_FREED(IWbemServices)
NEVER_FREED(IWbemLocator)
NEVER_FREED(IClassFactory)

/* A uint16 comes as a VT_I4, as on a real Windows. */
static HRESULT STDMETHODCALLTYPE get(IWbemClassObject *self, LPCWSTR name, LONG flags,
                                     VARIANT *value, CIMTYPE *type, LONG *flavor)
{
    const struct template_object *from = (const struct template_object *)self;

    (void)flags;
    (void)type;
    (void)flavor;
    for (int i = 0; i < FIELDS; i++) {
        if (wcscmp(name, properties[i]) != 0)
            continue;
        if (strcmp(from->words[i], "null") == 0) {
            V_VT(value) = VT_NULL;
        } else if (strcmp(from->words[i], "text") == 0) {
            V_VT(value) = VT_BSTR;
            V_BSTR(value) = SysAllocString(L"text");
        } else {
            V_VT(value) = VT_I4;
            V_I4(value) = atoi(from->words[i]);
        }
        return S_OK;
    }
    return (HRESULT)0x80041002; /* WBEM_E_NOT_FOUND */
}

static HRESULT STDMETHODCALLTYPE begin_enumeration(IWbemClassObject *self, LONG flags)
{
    (void)flags;
    ((struct template_object *)self)->next_property = 0;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE next_property(IWbemClassObject *self, LONG flags,
                                               BSTR *name, VARIANT *value, CIMTYPE *type,
                                               LONG *flavor)
{
    struct template_object *from = (struct template_object *)self;

    if (from->next_property == FIELDS)
        return WBEM_S_NO_MORE_DATA;
    *name = SysAllocString(properties[from->next_property++]);
    return get(self, *name, flags, value, type, flavor);
}

static IWbemClassObjectVtbl object_methods = {
    .AddRef = IWbemClassObject_count,
    .Release = IWbemClassObject_count,
    .Get = get,
    .BeginEnumeration = begin_enumeration,
    .Next = next_property,
};

static HRESULT STDMETHODCALLTYPE next(IEnumWbemClassObject *self, LONG timeout_ms,
                                      ULONG wanted, IWbemClassObject **objects,
                                      ULONG *returned)
{
    (void)self;
    (void)timeout_ms;
    *returned = 0;
    if (wanted == 0 || next_template >= template_count)
        return WBEM_S_FALSE;
    objects[0] = &templates[next_template++].object;
    *returned = 1;
    return WBEM_S_NO_ERROR;
}

static IEnumWbemClassObjectVtbl rows_methods = {
    .AddRef = IEnumWbemClassObject_count,
    .Release = IEnumWbemClassObject_count,
    .Next = next,
};
static IEnumWbemClassObject rows = { &rows_methods };

/* UDP's class has no auto-reuse range. */
static void read_templates(const char *definition, bool tcp)
{
    char text[DEFINITION_SIZE];
    char *rest = NULL;

    (void)snprintf(text, sizeof text, "%s", definition);
    template_count = 0;
    next_template = 0;
    for (char *word = strtok_r(text, " ", &rest); word && template_count < TEMPLATES_MAX;
         word = strtok_r(NULL, " ", &rest)) {
        struct template_object *to = &templates[template_count++];

        to->object.lpVtbl = &object_methods;
        (void)sscanf(word, "%15[^,],%15[^,],%15[^,],%15s", to->words[0], to->words[1],
                     to->words[2], to->words[3]);
        for (int i = 2; i < FIELDS && !tcp; i++)
            (void)snprintf(to->words[i], WORD_SIZE, "null");
    }
}

static HRESULT STDMETHODCALLTYPE exec_query(IWbemServices *self, const BSTR language,
                                            const BSTR query, LONG flags,
                                            IWbemContext *context,
                                            IEnumWbemClassObject **out)
{
    const char *definition = getenv("WMI_DOUBLE");
    bool tcp = wcscmp(query, L"SELECT * FROM MSFT_NetTCPSetting") == 0;

    (void)self;
    (void)flags;
    (void)context;
    if (wcscmp(language, L"WQL") != 0 ||
        (!tcp && wcscmp(query, L"SELECT * FROM MSFT_NetUDPSetting") != 0))
        return (HRESULT)0x80041017; /* WBEM_E_INVALID_QUERY */
    read_templates(definition ? definition : "", tcp);
    *out = &rows;
    return S_OK;
}

static IWbemServicesVtbl services_methods = {
    .AddRef = IWbemServices_count,
    .Release = IWbemServices_count,
    .ExecQuery = exec_query,
};
static IWbemServices services = { &services_methods };

static HRESULT STDMETHODCALLTYPE connect_server(IWbemLocator *self, const BSTR name,
                                                const BSTR user, const BSTR password,
                                                const BSTR locale, LONG flags,
                                                const BSTR authority,
                                                IWbemContext *context,
                                                IWbemServices **out)
{
    const char *definition = getenv("WMI_DOUBLE");

    (void)self;
    (void)user;
    (void)password;
    (void)locale;
    (void)flags;
    (void)authority;
    (void)context;
    if (wcscmp(name, L"root\\StandardCimv2") != 0 ||
        (definition && strcmp(definition, "refuse") == 0))
        return (HRESULT)0x8004100E; /* WBEM_E_INVALID_NAMESPACE */
    *out = &services;
    return S_OK;
}

static IWbemLocatorVtbl locator_methods = {
    .AddRef = IWbemLocator_count,
    .Release = IWbemLocator_count,
    .ConnectServer = connect_server,
};
static IWbemLocator locator = { &locator_methods };

static HRESULT STDMETHODCALLTYPE factory_query(IClassFactory *self, REFIID wanted,
                                               void **out)
{
    (void)wanted;
    *out = self;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE create(IClassFactory *self, IUnknown *outer,
                                        REFIID wanted, void **out)
{
    (void)self;
    (void)outer;
    (void)wanted;
    *out = &locator;
    return S_OK;
}

static IClassFactoryVtbl factory_methods = {
    .QueryInterface = factory_query,
    .AddRef = IClassFactory_count,
    .Release = IClassFactory_count,
    .CreateInstance = create,
};
static IClassFactory factory = { &factory_methods };

__declspec(dllexport) HRESULT WINAPI
    DllGetClassObject(REFCLSID which, REFIID wanted, void **out)
{
    (void)which;
    (void)wanted;
    *out = &factory;
    return S_OK;
}
