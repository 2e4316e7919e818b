/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arch.c - names of architectures: ARCH=, folders, machines, clang targets */
#include "source/source_p.h"

#include <string.h>
#include <sys/utsname.h>

/* Spellings that differ from the folder below arch/, first those that ARCH= takes. */
static const struct {
	const char *spelling, *arch, *srcarch;
} arch_spellings[] = {
	{ "x86", "x86_64", "x86" },	   { "x86_64", "x86_64", "x86" },
	{ "i386", "i386", "x86" },	   { "sparc32", "sparc32", "sparc" },
	{ "sparc64", "sparc64", "sparc" }, { "parisc64", "parisc64", "parisc" },
	{ "amd64", "x86_64", "x86" },	   { "i486", "i386", "x86" },
	{ "i586", "i386", "x86" },	   { "i686", "i386", "x86" },
	{ "s390x", "s390", "s390" },	   { "aarch64", "arm64", "arm64" },
	{ "armv6l", "arm", "arm" },	   { "armv7l", "arm", "arm" },
	{ "armv8l", "arm", "arm" },	   { "ppc", "powerpc", "powerpc" },
	{ "ppc64", "powerpc", "powerpc" }, { "ppc64le", "powerpc", "powerpc" },
	{ "riscv32", "riscv", "riscv" },   { "riscv64", "riscv", "riscv" },
	{ "mips64", "mips", "mips" },	   { "loongarch64", "loongarch", "loongarch" },
};

/* As in the kernel's scripts/Makefile.clang; word size and endianness come from other flags. */
static const struct {
	const char *name, *target;
} arch_targets[] = {
	{ "i386", "i386-linux-gnu" },
	{ "x86", "x86_64-linux-gnu" },
	{ "s390", "s390x-linux-gnu" },
	{ "arm", "arm-linux-gnueabi" },
	{ "arm64", "aarch64-linux-gnu" },
	{ "hexagon", "hexagon-linux-musl" },
	{ "loongarch", "loongarch64-linux-gnusf" },
	{ "m68k", "m68k-linux-gnu" },
	{ "mips", "mipsel-linux-gnu" },
	{ "powerpc", "powerpc64le-linux-gnu" },
	{ "riscv", "riscv64-linux-gnu" },
	{ "sparc64", "sparc64-linux-gnu" },
	{ "sparc", "sparc-linux-gnu" },
};

void arch_normalise(const char *spelling, const char **arch, const char **srcarch)
{
	*arch = spelling;
	*srcarch = spelling;
	for (size_t i = 0; i < G_N_ELEMENTS(arch_spellings); i++) {
		if (strcmp(spelling, arch_spellings[i].spelling) != 0)
			continue;
		*arch = arch_spellings[i].arch;
		*srcarch = arch_spellings[i].srcarch;
		return;
	}
}

static bool is_arch_folder(const char *root, const char *name)
{
	g_autofree char *makefile = g_build_filename(root, "arch", name, "Makefile", NULL);

	return name[0] != '\0' && g_file_test(makefile, G_FILE_TEST_IS_REGULAR);
}

/*
 * Only folders that hold one architecture's code and nothing else: drivers/gpu/drm/arm or
 * drivers/net/ethernet/arc are a vendor's, for any machine.
 */
char *arch_of_path(const char *root, const char *path)
{
	static const char *const places[] = { "arch/", "drivers/", "drivers/platform/", "sound/" };

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *name = NULL;
		const char *below = path + strlen(places[i]);

		if (!g_str_has_prefix(path, places[i]))
			continue;
		name = g_strndup(below, strcspn(below, "/"));
		if (is_arch_folder(root, name))
			return g_steal_pointer(&name);
	}
	return NULL;
}

/* The third line of a .config is "# Linux/s390 6.12.117 Kernel Configuration". */
char *arch_of_config(const char *config)
{
	static const char mark[] = "\n# Linux/";
	g_autofree char *text = NULL;
	const char *found;

	if (!g_file_get_contents(config, &text, NULL, NULL))
		return NULL;
	found = strstr(text, mark);
	if (!found)
		return NULL;
	found += strlen(mark);
	return g_strndup(found, strcspn(found, " \n"));
}

const char *arch_target(const char *arch, const char *srcarch)
{
	for (size_t i = 0; i < G_N_ELEMENTS(arch_targets); i++)
		if (strcmp(arch_targets[i].name, arch) == 0 ||
		    strcmp(arch_targets[i].name, srcarch) == 0)
			return arch_targets[i].target;
	return NULL;
}

char *arch_host(void)
{
	struct utsname name;
	const char *arch, *srcarch;

	if (uname(&name) != 0)
		return g_strdup("x86_64");
	arch_normalise(name.machine, &arch, &srcarch);
	return g_strdup(arch);
}
