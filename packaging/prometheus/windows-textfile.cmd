@rem SPDX-License-Identifier: MIT
@rem Writes the check's metrics for windows_exporter's textfile collector: whole or not at all.
@rem
@rem usage: windows-textfile.cmd [DIRECTORY]
@rem A scheduled task runs it every minute as SYSTEM; see docs\prometheus. Exit codes: 0 written,
@rem with whatever verdict; 3 written, and something could not be read; others: not written.
@rem It is written beside this file, where administrators alone can write, and then moved: in the
@rem collector's directory somebody else may have put a link of that name.
@echo off
setlocal
set "directory=%~1"
if not defined directory set "directory=C:\Program Files\windows_exporter\textfile_inputs"
set "new=%~dp0port_exhaustion.new"
"C:\Program Files\port-exhaustion\check_port_exhaustion.exe" -o prometheus >"%new%"
set code=%errorlevel%
if %code% lss 0 exit /b 1
if %code% gtr 3 exit /b %code%
move /y "%new%" "%directory%\port_exhaustion.prom" >nul
if exist "%new%" exit /b 1
if %code% equ 3 exit /b 3
exit /b 0
