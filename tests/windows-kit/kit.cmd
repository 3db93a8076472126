@echo off
rem SPDX-License-Identifier: MIT
rem The door of the kit: README.txt says what it does. Words: kit.cmd /user, /ci, /yes,
rem /restart, /stage NAME, /restore
setlocal
"%~dp0kit.exe" %*
set kit_code=%errorlevel%
if "%~1"=="" pause
exit /b %kit_code%
