/* SPDX-License-Identifier: MIT */
/* The known folder of programs' data. */
#include "checks/host/windows/data_path.h"

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"

bool data_path_add(const char *below, struct text *out, struct error *err)
{
    wchar_t *folder = NULL;
    HRESULT result = SHGetKnownFolderPath(&FOLDERID_ProgramData, 0, NULL, &folder);

    if (SUCCEEDED(result)) {
        win_text_add_wide(out, folder);
        text_addf(out, "\\port-exhaustion%s", below);
    }
    CoTaskMemFree(folder);
    if (FAILED(result))
        return win_error_set_hresult(err, result, "folder of the programs' data");
    return text_ok(out, err);
}
