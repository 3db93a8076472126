/* SPDX-License-Identifier: MIT */
/* The one place that includes Windows' headers, in the order that they need. */
#ifndef CHECKS_HOST_WINDOWS_WIN_H
#define CHECKS_HOST_WINDOWS_WIN_H

#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#define COBJMACROS /* IWbemLocator_Release(locator) instead of locator->lpVtbl->... */

/* winsock2.h before windows.h, which else brings in the old winsock.h. */
#include <winsock2.h>

#include <ws2ipdef.h>

#include <windows.h>

#include <iphlpapi.h>
#include <objbase.h>
#include <oleauto.h>
#include <shellapi.h>
#include <shlobj.h>
#include <tlhelp32.h>
#include <wbemcli.h>

#endif
