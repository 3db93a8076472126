# Every test of `make check`, one a row, in the order in which they run:
#   $(call test,LABEL,KIND,NEEDS,COMMAND)
# LABEL  TEST=word chooses the tests whose label holds the word
# KIND   unit or script (see tests/run)
# NEEDS  what is built for it, and what is installed for that; nothing else is, for this test:
#          FILE           this file of the build, and no other
#          programs       both programs           tools          the native test programs
#          windows        the .exe files          windows-tools  the Windows test programs
#          unit, manual   what packaging/deps calls unit and test-manual
#          plain          a build without SANITIZE
# `make check` prints how long each one took; tests/README.md says which question each answers.

WINE := tests/support/run-wine
UNDER_WINE := env RUN=$(CURDIR)/$(WINE)
# Sanitized programs are slow to kill 3,000 times, and their leak check cannot run under strace.
SAMPLED := $(if $(SANITIZE),env FAULTS_QUICK=20 ASAN_OPTIONS=detect_leaks=0)

# A row's tests are chosen by its label (TEST) and what it needs (ONLY, a pattern of make's).
is_chosen = $(and $(or $(if $(TEST),,yes),$(findstring $(TEST),$(1))),$(or $(if $(ONLY),,yes),$(filter $(ONLY),$(2))))
# Wine runs the plain .exe files.
is_possible = $(if $(SANITIZE),$(if $(filter plain windows% $(BUILD_WINDOWS)/%,$(1)),,yes),yes)
test = $(if $(call is_chosen,$(1),$(3)),$(if $(call is_possible,$(3)),$(eval NEEDS += $(3))$(eval TESTS += -- $(2) $(1) $(4)),$(eval NOT_SANITIZED += $(1))))

unit_name = $(patsubst tests/windows-kit/unit/%,windows-kit/%,$(patsubst tests/unit/%,%,$(1:.c=)))
native_program = $(patsubst %.c,$(BUILD)/%,$(1))
windows_program = $(patsubst %.c,$(BUILD_WINDOWS)/%.exe,$(1))
native_unit = $(call test,native/$(call unit_name,$(1)),unit,unit $(native_program),$(native_program))
windows_unit = $(call test,wine/$(call unit_name,$(1)),unit,$(windows_program),$(WINE) $(windows_program))

$(foreach source,$(UNIT_SRC),$(call native_unit,$(source)))
$(foreach source,$(UNIT_COMMON) $(wildcard tests/unit/*/windows/*.c) $(UNIT_KIT),$(call windows_unit,$(source)))

$(call test,native/cases,script,$(CHECK),tests/cases/run $(CHECK))
$(call test,manual,script,programs tools manual,tests/manual/run $(CHECK) $(REMEDIATE))
$(call test,packaging,script,,tests/packaging/run)
$(call test,quality/machine-state,script,,tests/quality/machine-state)
$(call test,quality/hardening,script,programs plain,tests/quality/hardening $(CHECK) $(REMEDIATE))
$(call test,quality/same-bytes,script,programs plain,tests/quality/same-bytes)
$(call test,quality/without-windows,script,,tests/quality/without-windows)
$(call test,quality/workflows,script,,tests/quality/workflows)
$(call test,packages/tarball,script,,tests/packages/tarball)
$(call test,packages/attach,script,,tests/packages/attach)
$(call test,house/list,script,,tests/list-test)
$(call test,house/bad-input,script,,tests/bad-input/self-test)
$(call test,house/run-wine,script,,tests/quality/run-wine)
$(call test,wine/cases,script,windows $(CHECK_EXE),$(UNDER_WINE) tests/cases/run $(CHECK_EXE))
$(call test,house/windows-kit-cases,script,windows windows-tools $(call windows_program,$(UNIT_COMMON) $(wildcard tests/unit/*/windows/*.c)),tests/windows-kit/run-tests $(BUILD_WINDOWS))
$(call test,native/bad-input,script,programs,tests/bad-input/run $(CHECK) $(REMEDIATE))
$(call test,wine/bad-input,script,windows,$(UNDER_WINE) tests/bad-input/run $(CHECK_EXE) $(REMEDIATE_EXE))
# A sanitizer makes system calls of its own, which the sandbox forbids.
$(call test,host/truth-table,script,programs tools,tests/host/truth-table $(CHECK))
$(call test,host/mixtures,script,programs tools,tests/mixtures/run --each 1 $(CHECK))
$(call test,host/ask,script,programs tools,tests/host/ask $(CHECK))
$(call test,host/asked,script,$(CHECK),tests/host/asked $(CHECK))
$(call test,host/terminal,script,$(CHECK),tests/host/terminal $(CHECK))
$(call test,host/explain,script,programs,tests/host/explain $(CHECK))
$(call test,host/owners,script,programs tools,tests/host/owners $(CHECK))
$(call test,host/all-namespaces,script,programs tools plain,tests/host/all-namespaces $(CHECK))
$(call test,host/all-namespaces-unit,script,programs tools plain,tests/host/all-namespaces-unit $(CHECK))
$(call test,host/churn,script,programs tools,tests/host/churn $(CHECK))
$(call test,host/heading,script,programs tools,tests/host/heading $(CHECK))
$(call test,host/churn-owners,script,programs tools,tests/host/churn-owners $(CHECK))
$(call test,host/sandbox,script,programs tools plain,tests/host/sandbox $(CHECK))
$(call test,host/writer-linux,script,programs tools,tests/host/writer-linux $(CHECK))
$(call test,host/sysctl-config,script,programs tools,tests/host/sysctl-config $(CHECK))
$(call test,host/sysctl-values,script,tools,tests/host/sysctl-values $(CHECK))
$(call test,host/boot-values,script,programs tools,tests/host/boot-values $(CHECK) $(REMEDIATE))
$(call test,native/backend-fails,script,tools,tests/faults/backend $(BUILD)/tests/faults/tools/failing_check)
$(call test,wine/backend-fails,script,windows-tools,$(UNDER_WINE) tests/faults/backend $(BUILD_WINDOWS)/tests/faults/tools/failing_check.exe)
$(call test,faults/sampled,script,programs tools plain,tests/faults/run --every 29 $(CHECK) $(REMEDIATE))
$(call test,host/builds-agree,script,programs tools windows windows-tools,tests/host/builds-agree $(CHECK) $(CHECK_EXE))
$(call test,host/windows-wine,script,windows windows-tools,tests/host/windows-wine $(CHECK_EXE))
$(call test,host/windows-wmi,script,windows windows-tools,tests/host/windows-wmi $(CHECK_EXE))
$(call test,host/windows-events,script,windows windows-tools,tests/host/windows-events $(CHECK_EXE))
$(call test,host/windows-record,script,windows windows-tools,tests/host/windows-record $(CHECK_EXE))
$(call test,host/windows-ask,script,windows windows-tools,tests/host/windows-ask $(CHECK_EXE))
$(call test,host/windows-truth,script,windows windows-tools,tests/windows-kit/run-truth $(CHECK_EXE))
$(call test,host/windows-owners,script,windows windows-tools,tests/host/windows-owners $(CHECK_EXE))
$(call test,host/windows-cross,script,windows windows-tools,tests/windows-kit/run-cross $(CHECK_EXE))
$(call test,host/writer-windows,script,windows windows-tools,tests/host/writer-windows $(CHECK_EXE))
$(call test,host/privilege,script,programs tools plain,tests/host/privilege $(CHECK) $(REMEDIATE))
$(call test,host/confinement,script,programs tools plain,tests/host/confinement $(CHECK) $(REMEDIATE))
$(call test,host/remediate-ends-in-time,script,programs tools plain,tests/host/remediate-ends-in-time $(CHECK) $(REMEDIATE))
$(call test,host/site-policy,script,programs tools,$(SAMPLED) tests/host/site-policy $(CHECK) $(REMEDIATE))
$(call test,host/hostile-names,script,programs tools,$(SAMPLED) tests/host/hostile-names $(CHECK) $(REMEDIATE))
$(call test,host/hostile-caller,script,programs tools plain,tests/host/hostile-caller $(CHECK) $(REMEDIATE))
$(call test,host/remediate-linux,script,programs tools,$(SAMPLED) tests/host/remediate-linux $(CHECK) $(REMEDIATE))
$(call test,host/remediate-reserve,script,programs tools,$(SAMPLED) tests/host/remediate-reserve $(CHECK) $(REMEDIATE))
$(call test,host/remediate-alert,script,programs tools,$(SAMPLED) tests/host/remediate-alert $(CHECK) $(REMEDIATE))
$(call test,host/remediate-gate,script,programs tools,$(SAMPLED) tests/host/remediate-gate $(CHECK) $(REMEDIATE))
$(call test,host/remediate-consequence,script,programs tools,$(SAMPLED) tests/host/remediate-consequence $(CHECK) $(REMEDIATE))
$(call test,host/remediate-interrupted,script,programs tools,$(SAMPLED) tests/host/remediate-interrupted $(CHECK) $(REMEDIATE))
$(call test,host/remediate-clone,script,programs tools,$(SAMPLED) tests/host/remediate-clone $(CHECK) $(REMEDIATE))
$(call test,host/remediate-whose-host,script,programs tools,$(SAMPLED) tests/host/remediate-whose-host $(CHECK) $(REMEDIATE))
$(call test,host/remediate-trial,script,programs tools,$(SAMPLED) tests/host/remediate-trial $(CHECK) $(REMEDIATE))
$(call test,host/remediate-faults,script,programs tools,$(SAMPLED) tests/host/remediate-faults $(CHECK) $(REMEDIATE))
$(call test,host/compatibility,script,programs tools,$(SAMPLED) tests/host/compatibility $(CHECK) $(REMEDIATE))
$(call test,host/remediate-windows,script,windows windows-tools,tests/host/remediate-windows $(CHECK_EXE) $(REMEDIATE_EXE))
$(call test,host/windows-remedy,script,windows windows-tools,tests/windows-kit/run-remedy $(CHECK_EXE) $(REMEDIATE_EXE))
