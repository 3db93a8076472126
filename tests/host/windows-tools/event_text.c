/* SPDX-License-Identifier: MIT */
/* Prints how the event log would show an event: its text comes from the file that the
 * event's source is registered with. Not shipped.
 *   event_text SOURCE IDENTITY WORD     WORD is the event's one string */
#include <stdio.h>
#include <stdlib.h>

#include "checks/base/compiler.h"
#include "checks/host/windows/win.h"

enum { TEXT_SIZE = 1024 };

static const wchar_t sources[] =
    L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\";

static int fail(const char *what, unsigned long code)
{
    (void)printf("%s: error %lu\n", what, code);
    return 1;
}

int main(int argc, char **argv)
{
    wchar_t key[TEXT_SIZE];
    wchar_t file[TEXT_SIZE];
    wchar_t word[TEXT_SIZE];
    wchar_t text[TEXT_SIZE];
    DWORD size = sizeof file;
    DWORD_PTR words[] = { (DWORD_PTR)word };
    HMODULE module;
    LSTATUS code;

    if (argc != 4)
        return fail("usage: event_text SOURCE IDENTITY WORD", 0);
    (void)_snwprintf(key, ARRAY_COUNT(key), L"%ls%hs", sources, argv[1]);
    (void)_snwprintf(word, ARRAY_COUNT(word), L"%hs", argv[3]);
    code = RegGetValueW(HKEY_LOCAL_MACHINE, key, L"EventMessageFile", RRF_RT_REG_SZ, NULL,
                        file, &size);
    if (code != ERROR_SUCCESS)
        return fail("EventMessageFile", (unsigned long)code);
    module = LoadLibraryExW(file, NULL, LOAD_LIBRARY_AS_DATAFILE);
    if (!module)
        return fail("its file", GetLastError());
    if (!FormatMessageW(FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY,
                        module, strtoul(argv[2], NULL, 10), 0, text, ARRAY_COUNT(text),
                        (va_list *)(void *)words))
        return fail("the event's text", GetLastError());
    (void)printf("[%ls]\n", text);
    return 0;
}
