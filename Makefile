# port-exhaustion: one Makefile, no recursion, everything lands in build/<target>/.
# `make help` lists targets and variables.

VERSION := 0.1.0

TARGET ?= native
ifeq ($(TARGET),native)
  OS := linux
  # On 32 bits: files, inodes and times that need 64, which policy and journal may have.
  OS_CPPFLAGS := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
  PKG_CONFIG ?= pkg-config
  OS_HARDENING := -fPIE
  OS_LDFLAGS := -pie -Wl,-z,relro,-z,now,-z,noexecstack
  MNL_CFLAGS ?= $(shell $(PKG_CONFIG) --cflags libmnl 2>/dev/null)
  MNL_LIBS ?= $(shell $(PKG_CONFIG) --libs libmnl 2>/dev/null || echo -lmnl)
  # -lrt: timers, where the C library is older than 2.34.
  OS_LIBS = $(MNL_LIBS) -lrt
else ifeq ($(TARGET),x86_64-w64-mingw32)
  OS := windows
  CROSS := $(TARGET)-
  EXE := .exe
  RUN := tests/support/run-wine
  # 0x0601: Windows 7 / 2008 R2 is the oldest one.
  OS_CPPFLAGS := -D__USE_MINGW_ANSI_STDIO=1 -D_WIN32_WINNT=0x0601 -DUNICODE -D_UNICODE
  OS_LDFLAGS := -static -fstack-protector-strong -Wl,--dynamicbase,--nxcompat,--high-entropy-va,--tsaware \
    -Wl,--gc-sections,--no-insert-timestamp -Wl,--major-os-version=6,--minor-os-version=1 \
    -Wl,--major-subsystem-version=6,--minor-subsystem-version=1
  # KnownDLLs only, which Windows never looks for beside the program: iphlpapi is loaded by its path.
  OS_LIBS := -lws2_32 -ladvapi32 -lole32 -loleaut32 -lwbemuuid -luuid -lshell32
  # Debian has neither library for mingw: packaging/mingw-deps builds them, once.
  MINGW_PREFIX ?= build/deps/$(TARGET)
  PKG_CONFIG ?= PKG_CONFIG_LIBDIR=$(MINGW_PREFIX)/lib/pkgconfig pkg-config
  JANSSON_CFLAGS ?= -I$(MINGW_PREFIX)/include
  JANSSON_LIBS ?= $(MINGW_PREFIX)/lib/libjansson.a
  CMOCKA_CFLAGS ?= -I$(MINGW_PREFIX)/include
  CMOCKA_LIBS ?= $(MINGW_PREFIX)/lib/libcmocka-static.a
else
  $(error TARGET is '$(TARGET)'; use native or x86_64-w64-mingw32)
endif

ifeq ($(origin CC),default)
  CC := $(CROSS)gcc
endif
ifeq ($(origin AR),default)
  AR := $(CROSS)ar
endif
JANSSON_CFLAGS ?= $(shell $(PKG_CONFIG) --cflags jansson 2>/dev/null)
JANSSON_LIBS ?= $(shell $(PKG_CONFIG) --libs jansson 2>/dev/null || echo -ljansson)
CMOCKA_CFLAGS ?= $(shell $(PKG_CONFIG) --cflags cmocka 2>/dev/null)
CMOCKA_LIBS ?= $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null || echo -lcmocka)

# SANITIZE=address,undefined builds beside the plain build.
BUILD_ROOT ?= build
BUILD := $(BUILD_ROOT)/$(TARGET)
ifneq ($(SANITIZE),)
  comma := ,
  BUILD := $(BUILD)-$(subst $(comma),-,$(SANITIZE))
  SANITIZE_FLAGS := -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all
endif
# What watches a program from inside needs more files and system calls than a run may have:
# sanitizers, coverage and valgrind get one that keeps these two. Never shipped.
INSTRUMENTED := $(SANITIZE)

# V=1 shows whole command lines.
say = $(if $(V),,@printf '%-5s %s\n' $(1) '$@';)

CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
  -Wmissing-prototypes -Wformat=2 -Wvla -Wundef $(WERROR)
# What some compilers and machines have: control-flow enforcement, large stack frames probed.
takes = $(shell $(CC) -Werror $(1) -E -x c /dev/null >/dev/null 2>&1 && echo $(1))
ifeq ($(OS),linux)
  OS_HARDENING += $(call takes,-fstack-clash-protection) $(call takes,-fcf-protection)
endif
# The C library says where it takes 3 for 2. Whoever builds may say another one.
FORTIFY := $(if $(call takes,-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -include stdlib.h),3,2)
HARDENING = -fstack-protector-strong $(OS_HARDENING) \
  $(if $(SANITIZE)$(findstring _FORTIFY_SOURCE,$(CFLAGS) $(CPPFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(FORTIFY))
# The same bytes wherever they are built; what counts lines must find its sources again.
PREFIX_MAP = $(if $(findstring coverage,$(CFLAGS)),,-ffile-prefix-map="$(CURDIR)=.")
ALL_CFLAGS = -std=c11 $(WARNINGS) -MMD -MP -I. -DPORT_EXHAUSTION_VERSION='"$(VERSION)"' $(PREFIX_MAP) \
  $(OS_CPPFLAGS) $(JANSSON_CFLAGS) $(MNL_CFLAGS) $(HARDENING) $(SANITIZE_FLAGS) $(CFLAGS)
ALL_LDFLAGS = $(OS_LDFLAGS) $(SANITIZE_FLAGS) $(LDFLAGS)

DESTDIR ?=
prefix ?= /usr/local
exec_prefix ?= $(prefix)
libdir ?= $(exec_prefix)/lib
sbindir ?= $(exec_prefix)/sbin
datadir ?= $(prefix)/share
docdir ?= $(datadir)/doc/port-exhaustion
mandir ?= $(datadir)/man
pluginsdir ?= $(libdir)/nagios/plugins
pkglibdir ?= $(exec_prefix)/lib/port-exhaustion
unitdir ?= $(exec_prefix)/lib/systemd/system
bashcompletiondir ?= $(datadir)/bash-completion/completions
zshcompletiondir ?= $(datadir)/zsh/site-functions
# Where a daemon reads configuration by itself; empty: under $(datadir)/port-exhaustion.
nrpedir ?=
nagiosdir ?=
zabbixagentdir ?=
zabbixagent2dir ?=

# One archive per layer: a test of a layer links that layer and what lies below it, nothing
# above. $(OS) in these lines is the whole platform choice.
SRC_base := $(wildcard checks/base/*.c)
SRC_model := $(wildcard checks/model/*.c)
SRC_decode := $(wildcard checks/decode/*.c)
SRC_host := $(wildcard checks/host/*.c checks/host/$(OS)/*.c)
SRC_checks := $(wildcard checks/*.c)
SRC_plugin := $(filter-out plugin/main.c,$(wildcard plugin/*.c))
SRC_writer := $(wildcard remediate/writer/*.c remediate/writer/$(OS)/*.c)
ifneq ($(INSTRUMENTED),)
  SRC_writer := $(filter-out %/landlock.c %/syscall_filter.c,$(SRC_writer)) $(if $(filter linux,$(OS)),tests/support/instrumented/unbound.c)
endif
SRC_remediate := $(filter-out remediate/main.c,$(wildcard remediate/*.c))
SRC_support := $(wildcard tests/support/*.c)
SRC_tools := $(wildcard tests/host/tools/lib/*.c)
SRC_kit := $(wildcard tests/windows-kit/lib/*.c)

LAYERS := base model decode host checks plugin writer remediate support
objs = $(patsubst %.c,$(BUILD)/%.o,$(1))
archive = $(BUILD)/lib$(1).a
archives = $(foreach layer,$(1),$(call archive,$(layer)))

# Link order: users before what they use.
BELOW_base := base
BELOW_model := model base
BELOW_decode := decode model base
BELOW_host := host decode model base
BELOW_checks := checks model base
BELOW_plugin := plugin host checks decode model base
BELOW_writer := writer host decode model base
BELOW_remediate := remediate writer host checks decode model base

CHECK := $(BUILD)/check_port_exhaustion$(EXE)
REMEDIATE := $(BUILD)/remediate_port_exhaustion$(EXE)
TOOL_SRC := $(wildcard tests/host/tools/*.c tests/bench/tools/*.c tests/faults/tools/*.c)
ifeq ($(OS),windows)
  TOOL_DLLS := $(addprefix $(BUILD)/tests/host/windows-tools/,wmi_double.dll events_double.dll)
  TOOL_SRC := $(filter-out $(TOOL_DLLS:$(BUILD)/%.dll=%.c),$(wildcard tests/host/windows-tools/*.c tests/faults/tools/*.c))
  TOOL_SRC += $(wildcard tests/windows-kit/*.c tests/windows-kit/doubles/*.c)
  SRC_tools :=
endif
TOOLS := $(patsubst %.c,$(BUILD)/%$(EXE),$(TOOL_SRC)) $(TOOL_DLLS)
KIT_PROGRAMS := $(patsubst %.c,$(BUILD)/%$(EXE),$(wildcard tests/windows-kit/*.c))
# Tests of a system's own code stand in a directory named after it.
UNIT_COMMON := $(wildcard tests/unit/*/*.c)
UNIT_KIT := $(wildcard tests/windows-kit/unit/*.c)
UNIT_SRC := $(UNIT_COMMON) $(wildcard tests/unit/*/$(OS)/*.c) $(if $(filter windows,$(OS)),$(UNIT_KIT))
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%$(EXE),$(UNIT_SRC))

.PHONY: all shipped run check check-deps unit check-servers faults analyze valgrind coverage fuzz mixtures lint lint-deps bench install install-check install-remediate uninstall dist packages check-packages clean help deps test-deps tools unit-tests fuzz-targets \
  windows windows-tests windows-kit shipped-kit FORCE
.SECONDARY:
.DELETE_ON_ERROR:

all: $(CHECK) $(REMEDIATE)

$(BUILD)/flags: FORCE
	@mkdir -p $(@D); echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)' | cmp -s - $@ || \
	  echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)' >$@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) $(if $(filter tests/%,$<),$(CMOCKA_CFLAGS)) $(CPPFLAGS) -c -o $@ $<

# Where the runbook lies once it is installed is in one object: another docdir builds it anew. On
# Windows it lies below the program.
RUNBOOK := $(if $(filter windows,$(OS)),docs\\runbook.txt,$(docdir)/runbook.md)
$(BUILD)/runbook: FORCE
	@mkdir -p $(@D); echo '$(RUNBOOK)' | cmp -s - $@ || echo '$(RUNBOOK)' >$@
$(BUILD)/plugin/report_explain.o: $(BUILD)/runbook
$(BUILD)/plugin/report_explain.o: override CPPFLAGS += -DPORT_EXHAUSTION_RUNBOOK='"$(RUNBOOK)"'

define archive_rule
$(call archive,$(1)): $(call objs,$(SRC_$(1)))
	@mkdir -p $$(@D); rm -f $$@
	$$(call say,AR)$$(AR) rcs $$@ $$^
endef
$(foreach layer,$(LAYERS) tools kit,$(eval $(call archive_rule,$(layer))))

# The programs as they are packed for Windows: linked without debugging information, since
# strip writes the time of day into an .exe.
SHIPPED := $(patsubst $(BUILD)/%,$(BUILD)/shipped/%,$(CHECK) $(REMEDIATE))
SHIPPED_KIT := $(KIT_PROGRAMS:$(BUILD)/%=$(BUILD)/shipped/%)
shipped: $(SHIPPED)
shipped-kit: $(SHIPPED) $(SHIPPED_KIT)
$(SHIPPED) $(SHIPPED_KIT): STRIP := -s

# Wine has one user, who owns every file: programs that tests run there trust him. It stands before
# the archives, of which one trusts nobody.
WINE_USER := $(if $(filter windows,$(OS)),$(BUILD)/tests/support/wine/only_user.o)
UNDER_WINE_ONLY := $(CHECK) $(REMEDIATE) $(BUILD)/tests/host/windows-tools/writer_tool$(EXE) $(KIT_PROGRAMS)
$(UNDER_WINE_ONLY): FIRST_OBJECT := $(WINE_USER)
$(UNDER_WINE_ONLY): $(WINE_USER)
linked = $(FIRST_OBJECT) $(filter-out $(FIRST_OBJECT),$^)

$(CHECK) $(filter %/$(notdir $(CHECK)),$(SHIPPED)): $(BUILD)/plugin/main.o $(call archives,$(BELOW_plugin))
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) $(STRIP) -o $@ $(linked) $(JANSSON_LIBS) $(OS_LIBS) $(LIBS)

$(REMEDIATE) $(filter %/$(notdir $(REMEDIATE)),$(SHIPPED)): $(BUILD)/remediate/main.o $(call archives,$(BELOW_remediate))
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) $(STRIP) -o $@ $(linked) $(JANSSON_LIBS) $(OS_LIBS) $(LIBS)

# Windows: manifest, version and the texts of the events, linked into the programs. The
# version's four numbers are those at its beginning.
ifeq ($(OS),windows)
WINDRES ?= $(CROSS)windres
WINDMC ?= $(CROSS)windmc
VERSION_NUMBERS := $(shell echo '$(VERSION)' | sed 's/[^0-9.].*//; s/\./,/g'),0
RESOURCES := $(BUILD)/packaging/windows
$(CHECK) $(REMEDIATE): $(BUILD)/%$(EXE): $(RESOURCES)/%.res.o
$(SHIPPED): $(BUILD)/shipped/%$(EXE): $(RESOURCES)/%.res.o
$(RESOURCES)/%.res.o: packaging/windows/%.rc packaging/windows/program.rci packaging/windows/program.manifest \
  $(RESOURCES)/events.bin $(BUILD)/flags
	$(call say,RES)$(WINDRES) -I. -I$(RESOURCES) -DVERSION_NUMBERS='$(VERSION_NUMBERS)' -DVERSION_WORD='$(VERSION)' $< $@
$(RESOURCES)/events.bin: packaging/windows/events.mc
	@mkdir -p $(@D)
	$(call say,MC)$(WINDMC) -r $(@D) -h $(@D) $<
endif

# A test of layer L sees the support library and layer L downwards.
define unit_rule
$(BUILD)/tests/unit/$(1)/%$(EXE): $(BUILD)/tests/unit/$(1)/%.o $(call archive,support) $(call archives,$(BELOW_$(1)))
	$$(call say,LINK)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$(CMOCKA_LIBS) $$(JANSSON_LIBS) $$(OS_LIBS) $$(LIBS)
endef
$(foreach layer,$(filter-out support,$(LAYERS)),$(eval $(call unit_rule,$(layer))))

# Test programs: what makes, holds and measures sockets.
$(BUILD)/tests/host/%$(EXE): $(BUILD)/tests/host/%.o $(call archive,tools)
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(OS_LIBS) $(LIBS)
$(BUILD)/tests/host/windows-tools/sockets$(EXE): LIBS += -liphlpapi
$(TOOL_DLLS): %.dll: %.o
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -shared -o $@ $^ $(OS_LIBS)
# These call one of the seams, or stand on what both programs stand on.
$(BUILD)/tests/host/tools/ask_tool$(EXE) $(BUILD)/tests/host/tools/look_tool$(EXE) $(BUILD)/tests/host/tools/bounded$(EXE) $(BUILD)/tests/host/tools/owners_tool$(EXE) $(BUILD)/tests/host/tools/sysctl_taken$(EXE) $(BUILD)/tests/host/tools/writer_tool$(EXE) \
  $(BUILD)/tests/host/windows-tools/writer_tool$(EXE) $(BUILD)/tests/host/windows-tools/stack_guard$(EXE) $(BUILD)/tests/host/windows-tools/ask$(EXE): \
  $(BUILD)/%$(EXE): $(BUILD)/%.o $(call archives,tools $(BELOW_writer))
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -o $@ $(linked) $(JANSSON_LIBS) $(OS_LIBS) $(LIBS)
$(BUILD)/tests/bench/%$(EXE): $(BUILD)/tests/bench/%.o $(call archive,tools)
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(OS_LIBS) $(LIBS)

# The kit for a real Windows: its programs, and the tests of what they decide.
KIT_LINKED := $(call archives,kit support plugin $(BELOW_remediate))
$(KIT_PROGRAMS) $(SHIPPED_KIT): $(RESOURCES)/kit.res.o
$(BUILD)/tests/windows-kit/%$(EXE): $(BUILD)/tests/windows-kit/%.o $(KIT_LINKED)
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -o $@ $(linked) $(CMOCKA_LIBS) $(JANSSON_LIBS) $(OS_LIBS) $(LIBS)
$(BUILD)/shipped/tests/windows-kit/%$(EXE): $(BUILD)/tests/windows-kit/%.o $(KIT_LINKED)
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) $(STRIP) -o $@ $^ $(CMOCKA_LIBS) $(JANSSON_LIBS) $(OS_LIBS) $(LIBS)

# The check's own main over another host.
$(BUILD)/tests/faults/tools/%$(EXE): $(BUILD)/tests/faults/tools/%.o $(BUILD)/plugin/main.o $(call archive,support) $(call archives,$(BELOW_plugin))
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(JANSSON_LIBS) $(OS_LIBS) $(LIBS)

# Fuzz targets: one program each over what both programs are made of; see `fuzz`.
FUZZ_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/*.c))
SRC_fuzz := $(wildcard tests/fuzz/lib/*.c)
$(eval $(call archive_rule,fuzz))
$(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(call archive,fuzz) $(call archives,support plugin $(BELOW_remediate))
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(CMOCKA_LIBS) $(JANSSON_LIBS) $(OS_LIBS) $(LIBS)

tools: $(TOOLS)
unit-tests: $(UNIT_TESTS)
fuzz-targets: $(FUZZ_PROGRAMS)

# --- people's targets -----------------------------------------------------------------------

WINDOWS := x86_64-w64-mingw32
BUILD_WINDOWS := $(BUILD_ROOT)/$(WINDOWS)
CHECK_EXE := $(BUILD_WINDOWS)/check_port_exhaustion.exe
REMEDIATE_EXE := $(BUILD_WINDOWS)/remediate_port_exhaustion.exe
# A sanitized build is a native one only: Wine runs the plain .exe.
WITH_WINDOWS := $(if $(SANITIZE),,yes)

# Where Windows' compiler, Wine or the sources of Jansson and cmocka cannot be had, the native half
# goes on. What is lacking to build its `programs` or run its `tests`, in one line; nothing = all is
# there. Asked when a recipe runs; who gets it skips that half by name.
windows_lacks = $(if $(WITH_WINDOWS),$(shell packaging/mingw-deps --lacks $(1)))
with_windows = $(if $(WITH_WINDOWS),$(if $(call windows_lacks,$(1)),,$(2)))
install_windows = $(if $(WITH_WINDOWS),packaging/deps install $(1) || :; packaging/mingw-deps || [ $$? -eq 77 ])

deps:
	packaging/deps install build

test-deps: deps
	packaging/deps install test
	$(call install_windows,test-windows)

# The verdict is shown, and every verdict but UNKNOWN is a success of this target.
run: deps
	@$(MAKE) --no-print-directory all
	@$(CHECK) -v; state=$$?; [ $$state -ne 3 ]

windows:
	@$(MAKE) --no-print-directory TARGET=$(WINDOWS) all

windows-tests:
	@$(MAKE) --no-print-directory TARGET=$(WINDOWS) all unit-tests tools

# --- make check: only what the tests that TEST chooses need is built, and installed ----------

include tests/list.mk
native_goals = $(sort $(if $(filter programs,$(NEEDS)),all) $(filter tools $(BUILD)/%,$(NEEDS)))
windows_goals = $(sort $(if $(filter windows,$(NEEDS)),all) $(if $(filter windows-tools,$(NEEDS)),tools) $(filter $(BUILD_WINDOWS)/%,$(NEEDS)))
check_deps = $(strip $(if $(native_goals)$(windows_goals),build) $(sort $(filter unit,$(NEEDS))) $(if $(filter script,$(TESTS)),test-native) \
  $(if $(filter manual,$(NEEDS)),test-manual))
no_test = $(if $(NOT_SANITIZED),not in a sanitized build: $(NOT_SANITIZED),no test's label holds '$(TEST)'; tests/README.md and tests/list.mk name them)
# As many jobs as processors, unless the caller said how many.
jobs = --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

check-deps:
	$(if $(TESTS),,$(error $(no_test)))
	$(if $(check_deps),packaging/deps install $(check_deps))
	$(if $(windows_goals),$(call install_windows,test-windows))

# How the machine is once what the tests need is installed: they leave it so. What the packages' own
# scripts change differs from machine to machine, and is apt's.
MACHINE := $(BUILD_ROOT)/machine-before
check: check-deps
	@mkdir -p $(BUILD_ROOT); tests/support/machine-state take $(MACHINE)
	$(if $(native_goals),@$(MAKE) $(jobs) $(native_goals))
	$(if $(windows_goals),$(call with_windows,tests,@$(MAKE) $(jobs) TARGET=$(WINDOWS) $(windows_goals)))
	@tests/run -w '$(if $(windows_goals),$(call windows_lacks,tests))' -m $(MACHINE) $(TESTS)

unit:
	@$(MAKE) --no-print-directory check ONLY='$(BUILD)/tests/unit/%'

# No test of the programs is run: cmocka is there for its header.
lint: lint-deps
	@$(MAKE) $(jobs) all $(call with_windows,programs,windows)
	@tests/lint/run $(CHECK) $(call with_windows,programs,$(CHECK_EXE))

lint-deps:
	packaging/deps install build unit lint
	$(call install_windows,windows)

SERVERS := $(or $(SERVER),nagios icinga2 zabbix prometheus windows checkmk)
# Each server is installed into a layer of its own under build/, not into this machine.
check-servers: deps
	packaging/deps install servers $(if $(filter windows,$(SERVERS)),test)
	$(if $(filter windows,$(SERVERS)),$(call install_windows,test-windows))
	@$(MAKE) --no-print-directory all tools
	@$(if $(filter windows,$(SERVERS)),$(call with_windows,tests,$(MAKE) --no-print-directory TARGET=$(WINDOWS) all tools))
	@tests/run -w '$(call windows_lacks,tests)' -- $(foreach s,$(SERVERS),-- script servers/$(s) env BREAK=$(BREAK) tests/servers/$(s) \
	  $(CHECK) $(REMEDIATE) $(if $(filter windows,$(s)),$(CHECK_EXE) $(REMEDIATE_EXE)))

# libFuzzer is clang's; a build of its own. FUZZ_TARGET=name runs one; the seconds are processor time.
FUZZ_SECONDS ?= 10
FUZZ_BUILD := $(BUILD_ROOT)/native-address-undefined-fuzzer-no-link
fuzz: deps
	packaging/deps install fuzz
	@$(MAKE) --no-print-directory CC=clang SANITIZE=address,undefined,fuzzer-no-link fuzz-targets
	@tests/fuzz/run $(FUZZ_BUILD) $(FUZZ_SECONDS) $(FUZZ_TARGET)

# gcc's static analyzer; every test's memory under valgrind; which lines the tests run.
analyze: deps
	tests/quality/analyzer
valgrind: test-deps
	packaging/deps install quality
	@$(MAKE) --no-print-directory BUILD_ROOT=$(BUILD_ROOT)/valgrind INSTRUMENTED=yes all unit-tests
	tests/quality/valgrind $(BUILD_ROOT)/valgrind/$(TARGET)
coverage: test-deps
	packaging/deps install quality
	tests/quality/coverage

# Each fault there is; `make check` tries a sample of them.
faults: test-deps
	@$(MAKE) --no-print-directory all tools
	tests/faults/run $(CHECK) $(REMEDIATE)

# Random mixtures of sockets against the kernel's own answers: 7 of each kind, or MIXTURES in all, from
# seed FIRST on.
FIRST ?= 1
mixtures: deps
	packaging/deps install test-native
	@$(MAKE) $(jobs) all tools
	@tests/mixtures/run $(if $(MIXTURES),--count '$(MIXTURES)') --first '$(FIRST)' $(CHECK)

bench: test-deps
	packaging/deps install bench
	@$(MAKE) --no-print-directory all tools
	tests/bench/run $(CHECK)

# The release: source tarball, packages, SHA256SUMS in $(PACKAGES).
PACKAGES := $(BUILD_ROOT)/packages
dist:
	@packaging/release/dist '$(VERSION)' '$(PACKAGES)'

packages:
	packaging/deps install build test packages
	$(call install_windows,packages-windows)
	@packaging/release/packages '$(VERSION)' '$(PACKAGES)'

# What a Windows host runs to find out whether this program is right about it.
windows-kit:
	packaging/deps install build unit
	$(call install_windows,packages-windows)
	@packaging/windows/kit '$(PACKAGES)'

check-packages:
	packaging/deps install build test packages
	$(call install_windows,test-windows packages-windows)
	@tests/run -- $(foreach t,debian rpm reproducible windows windows-hardening windows-kit,-- script packages/$(t) tests/packages/$(t) '$(BUILD_ROOT)')

install_variables := DESTDIR pluginsdir sbindir mandir datadir docdir pkglibdir unitdir bashcompletiondir \
  zshcompletiondir nrpedir nagiosdir zabbixagentdir zabbixagent2dir
install_files = env $(foreach v,$(install_variables),$(v)='$($(v))') packaging/release/install-files

install: install-check install-remediate
install-check: $(CHECK)
	@$(install_files) install check $(CHECK)
install-remediate: $(REMEDIATE)
	@$(install_files) install remediate $(REMEDIATE)

uninstall:
	@$(install_files) uninstall check $(CHECK)
	@$(install_files) uninstall remediate $(REMEDIATE)

clean:
	rm -rf $(BUILD_ROOT)

help:
	@echo 'Targets:'
	@echo '  run        install what the build needs, build, check this machine'
	@echo '  check      install what the tests need, run all tests; TEST=word: only those whose label'
	@echo '             holds the word, with what they need (tests/README.md)'
	@echo '  unit       the same of the native unit tests alone (TEST=word)'
	@echo '  all        build; installs nothing (default)'
	@echo '  check-servers  the loops of the real monitoring servers (SERVER=name); root'
	@echo '  fuzz       every decoder under libFuzzer, FUZZ_SECONDS of processor time each (default: 10)'
	@echo '  lint       every rule of the house'
	@echo '  analyze valgrind coverage  gcc -fanalyzer; memory; which lines the tests run'
	@echo '  faults     every system call and allocation failing; root, 10 minutes'
	@echo '  mixtures   the verdict for MIXTURES (default: over 400) random mixtures of sockets, from seed FIRST on; root'
	@echo '  bench      cost against peers; root'
	@echo '  install    into DESTDIR, prefix, pluginsdir; uninstall takes it away'
	@echo '  dist       source tarball, in $(BUILD_ROOT)/packages'
	@echo '  packages   the same, Debian packages, source RPM, SHA256SUMS'
	@echo '  windows-kit  what a Windows host runs to test it, in $(BUILD_ROOT)/packages'
	@echo '  check-packages  builds them twice, installs and removes them in a chroot; root'
	@echo '  clean      remove $(BUILD_ROOT)/'
	@echo 'Variables:'
	@echo '  TARGET     native (default) or $(WINDOWS)'
	@echo '  SANITIZE   e.g. address,undefined: a build of its own, native only'
	@echo '  V          1 shows whole command lines'
	@echo '  CC CFLAGS CPPFLAGS LDFLAGS LIBS WERROR=-Werror BUILD_ROOT'
	@echo '  DESTDIR prefix exec_prefix libdir datadir sbindir pluginsdir docdir mandir pkglibdir unitdir'
	@echo '  bashcompletiondir zshcompletiondir nrpedir nagiosdir zabbixagentdir zabbixagent2dir'

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
