# SPDX-License-Identifier: GPL-2.0-or-later
#
# kbuild.mk - let the kernel's own makefiles say what they would compile, and how
#
# Run in a configured build directory as
#
#	make -f kbuild.mk LOCKGRAPH_TREE=<kernel> LOCKGRAPH_OUT=<folder> ARCH=... lockgraph
#
# First it reads the kernel's top Makefile, which exports the flags; then it runs itself in
# every folder that Kbuild would visit, where it reads scripts/Makefile.build. Each folder
# writes one file into LOCKGRAPH_OUT, lines of fields separated by tabs:
#
#	M	makefiles that were read
#	K	CHECKFLAGS, as for the shell
#	D	folders below that are visited next
#	U	object	module, empty when built in	c_flags, as for the shell
#
# Nothing is compiled. LOCKGRAPH_GENERATE=1 makes the sources and headers that a build would
# generate, with the kernel's own rules. LOCKGRAPH_PREPARE=<options> does "make prepare" first, as if
# these options were off: the top Makefile, which tries options of the compiler for two seconds,
# is read once for both. LOCKGRAPH_ONLY=<folders> visits those alone, and
# LOCKGRAPH_GUESS=<file> names a makefile with objects to ask for that are not configured:
# "lockgraph-guess-<folder> := <objects>".

define lockgraph-newline


endef

ifndef LOCKGRAPH_TOP_DONE

LOCKGRAPH_MK := $(lastword $(MAKEFILE_LIST))
export LOCKGRAPH_TOP_DONE := 1
export LOCKGRAPH_MK LOCKGRAPH_OUT LOCKGRAPH_GENERATE LOCKGRAPH_ONLY LOCKGRAPH_GUESS

# A build directory that is not ours must stay as it is: never synchronise its configuration.
override may-sync-config :=
override need-compiler := 1

# We are where the flags count already; older trees would start again without this makefile.
override need-sub-make :=

.PHONY: lockgraph
lockgraph:

$(foreach option,$(LOCKGRAPH_PREPARE),$(eval override $(option) :=))

include $(LOCKGRAPH_TREE)/Makefile

# Up to 6.0 the top Makefile has many folders, since then the one that has the top Kbuild.
lockgraph-top := $(patsubst %/,%,$(firstword $(build-dir)) \
	$(if $(build-dir),,$(or $(build-dirs),$(vmlinux-dirs))))
lockgraph-visit := $(addprefix lockgraph//,$(sort $(or $(LOCKGRAPH_ONLY),$(lockgraph-top))))

$(file >$(LOCKGRAPH_OUT)/top,M	$(MAKEFILE_LIST)$(lockgraph-newline)K	$(CHECKFLAGS))

ifdef LOCKGRAPH_PREPARE
prepare: override MAKE := $(MAKE) $(addsuffix =,$(LOCKGRAPH_PREPARE))
$(lockgraph-visit): prepare
endif

.PHONY: $(lockgraph-visit)
lockgraph: $(lockgraph-visit)
$(lockgraph-visit): lockgraph//%:
	@$(MAKE) -f $(LOCKGRAPH_MK) obj=$* need-builtin=1 need-modorder=1

else # LOCKGRAPH_TOP_DONE

.PHONY: lockgraph
lockgraph:

# Without targets, Makefile.build neither makes folders nor reads what earlier builds left.
ifndef LOCKGRAPH_GENERATE
override targets :=
endif

# Folders are made only where something is generated, not for all objects that there could be.
override obj-dirs :=

include $(srctree)/scripts/Makefile.build

ifdef LOCKGRAPH_GUESS
include $(LOCKGRAPH_GUESS)
lockgraph-objects := $(lockgraph-guess-$(obj))
lockgraph-subdirs :=
else
lockgraph-objects := $(sort $(filter %.o,$(if $(need-builtin),$(real-obj-y)) $(real-obj-m) \
	$(lib-y) $(extra-y)))
lockgraph-subdirs := $(sort $(subdir-ym))
endif

# c_flags are written for the recipe of one object: stand in for make's $@ and $* meanwhile.
lockgraph-unit = $(eval @ := $1)$(eval * := $(patsubst $(obj)/%.o,%,$1))$(strip \
	)$(eval part-of-module := $(if $(filter $1,$(real-obj-m)),y))$(strip \
	)U	$1	$(if $(part-of-module),$(modname))	$(c_flags)$(lockgraph-newline)

$(file >$(LOCKGRAPH_OUT)/in!$(subst /,!,$(obj)),M	$(MAKEFILE_LIST)$(strip \
	)$(lockgraph-newline)D	$(lockgraph-subdirs)$(strip \
	)$(lockgraph-newline)$(foreach o,$(lockgraph-objects),$(call lockgraph-unit,$o)))

lockgraph-visit := $(addprefix lockgraph//,$(lockgraph-subdirs))
.PHONY: $(lockgraph-visit)
lockgraph: $(lockgraph-visit)
$(lockgraph-visit): lockgraph//%:
	@$(MAKE) -f $(LOCKGRAPH_MK) obj=$* \
		need-builtin=$(if $(filter $*/built-in.a,$(subdir-builtin) $(real-obj-y)),1) \
		need-modorder=$(if $(filter $*/modules.order,$(subdir-modorder) $(obj-m)),1)

ifdef LOCKGRAPH_GENERATE
# Kbuild has every generated file in "targets" or "clean-files"; an object that has no source
# at all must have its source generated.
lockgraph-has-source = $(wildcard $(foreach e,c S rs,$(1:.o=.$e) $(srctree)/$(1:.o=.$e)))
# A source may include what has no ending at all, but most targets like that are images.
lockgraph-is-included = $(shell grep -lsF 'include "$(notdir $1)"' $(srctree)/$(obj)/*.c)
lockgraph-included := $(foreach t,$(targets),$(if $(suffix $(notdir $t)),,$(strip \
	$(if $(call lockgraph-is-included,$t),$t))))
lockgraph-generated := $(sort $(lockgraph-included) \
	$(filter %.c %.h %.inc,$(targets) $(addprefix $(obj)/,$(clean-files))) \
	$(foreach o,$(lockgraph-objects),$(if $(call lockgraph-has-source,$o),,$(o:.o=.c))))
ifneq ($(lockgraph-generated),)
$(shell mkdir -p $(sort $(obj) $(dir $(targets) $(lockgraph-generated))))
endif
lockgraph: $(lockgraph-generated)
endif

endif # LOCKGRAPH_TOP_DONE
