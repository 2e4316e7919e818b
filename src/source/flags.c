/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flags.c - a compiler's command line as clang needs it to parse
 *
 * A list of what to keep, not of what to drop: a flag that clang does not know is an error
 * there, and every flag more makes it less likely that two units can share a precompiled
 * header. What is kept changes macros (-O2 is __OPTIMIZE__), types, builtins or the search for
 * headers. Code generation, warnings, debug information and dependency files go.
 */
#include "source/source_p.h"

#include <string.h>

enum flag_kind {
	FLAG_KEEP,	 /* as it is */
	FLAG_KEEP_VALUE, /* with its value, joined or in the next word */
	FLAG_KEEP_PATH,	 /* the same, and the value is a path */
	FLAG_OUTPUT,	 /* -o */
	FLAG_DROP,
	FLAG_DROP_VALUE, /* with the next word */
};

struct flag_rule {
	const char *prefix;
	enum flag_kind kind;
	bool whole; /* the rule is for exactly this word */
};

#define KEEP(text) { text, FLAG_KEEP, false }
#define KEEP_WHOLE(text) { text, FLAG_KEEP, true }
#define VALUE(text) { text, FLAG_KEEP_VALUE, false }
#define PATH(text) { text, FLAG_KEEP_PATH, false }
#define DROP(text) { text, FLAG_DROP, false }
#define DROP_VALUE(text) { text, FLAG_DROP_VALUE, true }

/* The first rule that fits wins; what fits none is dropped. */
static const struct flag_rule flag_rules[] = {
	/* Headers and macros. */
	PATH("-isystem"),
	PATH("-iquote"),
	PATH("-idirafter"),
	PATH("-isysroot"),
	PATH("-include"),
	PATH("-imacros"),
	PATH("-I"),
	VALUE("-D"),
	VALUE("-U"),
	KEEP_WHOLE("-nostdinc"),
	KEEP_WHOLE("-undef"),
	KEEP_WHOLE("-pthread"),

	/* Language. */
	KEEP("-std="),
	KEEP_WHOLE("-ansi"),
	KEEP("-O"),
	KEEP("-fshort-wchar"),
	KEEP("-funsigned-char"),
	KEEP("-fsigned-char"),
	KEEP("-fno-unsigned-char"),
	KEEP("-fno-signed-char"),
	KEEP("-fshort-enums"),
	KEEP("-fno-short-enums"),
	KEEP("-fms-extensions"),
	KEEP("-fno-builtin"),
	KEEP("-fbuiltin"),
	KEEP("-ffreestanding"),
	KEEP("-fhosted"),
	KEEP("-fwrapv"),
	KEEP("-fno-strict-overflow"),
	KEEP("-fno-delete-null-pointer-checks"),
	KEEP("-fstrict-flex-arrays"),
	KEEP("-fpack-struct"),
	KEEP("-fgnu89-inline"),
	KEEP("-fcf-protection"),
	KEEP("-fdollars-in-identifiers"),
	KEEP("-fopenmp"),
	KEEP_WHOLE("-fPIC"),
	KEEP_WHOLE("-fpic"),
	KEEP_WHOLE("-fPIE"),
	KEEP_WHOLE("-fpie"),
	KEEP_WHOLE("-fno-PIC"),
	KEEP_WHOLE("-fno-pic"),
	KEEP_WHOLE("-fno-PIE"),
	KEEP_WHOLE("-fno-pie"),

	/* Only those sanitizers that headers ask for with __has_feature(). */
	KEEP_WHOLE("-fsanitize=kernel-address"),
	KEEP_WHOLE("-fsanitize=kernel-hwaddress"),
	KEEP_WHOLE("-fsanitize=kernel-memory"),
	KEEP_WHOLE("-fsanitize=address"),
	KEEP_WHOLE("-fsanitize=memory"),
	KEEP_WHOLE("-fsanitize=thread"),

	/* What clang takes for an error unless told not to. */
	KEEP("-Wno-int-conversion"),
	KEEP("-Wno-error=int-conversion"),
	KEEP("-Wno-implicit-int"),
	KEEP("-Wno-error=implicit-int"),
	KEEP("-Wno-implicit-function-declaration"),
	KEEP("-Wno-error=implicit-function-declaration"),
	KEEP("-Wno-incompatible-function-pointer-types"),
	KEEP("-Wno-error=incompatible-function-pointer-types"),

	/* The machine: all but code generation, and but what only gcc has. */
	VALUE("--target="),
	{ "-target", FLAG_KEEP_VALUE, true },
	KEEP_WHOLE("-EB"),
	KEEP_WHOLE("-EL"),
	DROP_VALUE("-mllvm"),
	DROP("-mtune="),
	DROP("-mbackchain"),
	DROP("-mno-backchain"),
	DROP("-mpacked-stack"),
	DROP("-mno-packed-stack"),
	DROP("-mrecord-mcount"),
	DROP("-mnop-mcount"),
	DROP("-mfentry"),
	DROP("-mhotpatch"),
	DROP("-mindirect-branch"),
	DROP("-mfunction-return"),
	DROP("-mharden-sls"),
	DROP("-mretpoline"),
	DROP("-mskip-rax-setup"),
	DROP("-mpreferred-stack-boundary"),
	DROP("-mstack-"),
	DROP("-mno-red-zone"),
	DROP("-mred-zone"),
	DROP("-mno-fp-ret-in-387"),
	DROP("-mtraceback"),
	DROP("-mwarn-"),
	DROP("-mrelax"),
	DROP("-mno-relax"),
	DROP("-minline"),
	DROP("-mno-inline"),
	DROP("-mfix-"),
	DROP("-mno-fix-"),
	DROP("-mno-check-zero-division"),
	DROP("-mlong-calls"),
	DROP("-mno-long-calls"),
	DROP("-mno-sched-"),
	DROP("-msched-"),
	DROP("-mdirect-"),
	DROP("-mno-direct-"),
	DROP("-mexplicit-relocs"),
	DROP("-mno-explicit-relocs"),
	DROP("-mno-pointers-to-nested-functions"),
	DROP("-mno-prologue-function"),
	DROP("-mmemcpy"),
	DROP("-mno-asm-"),
	DROP("-masm="),
	DROP("-mtls-"),
	KEEP("-m"),

	/* Others that take the next word along. */
	{ "-o", FLAG_OUTPUT, true },
	DROP_VALUE("-MF"),
	DROP_VALUE("-MT"),
	DROP_VALUE("-MQ"),
	DROP_VALUE("-x"),
	DROP_VALUE("-B"),
	DROP_VALUE("-L"),
	DROP_VALUE("-T"),
	DROP_VALUE("-z"),
	DROP_VALUE("-u"),
	DROP_VALUE("-Xclang"),
	DROP_VALUE("-Xassembler"),
	DROP_VALUE("-Xpreprocessor"),
	DROP_VALUE("-Xlinker"),
	DROP_VALUE("--param"),
	DROP_VALUE("-arch"),
};

static const struct flag_rule *flag_rule(const char *flag)
{
	for (size_t i = 0; i < G_N_ELEMENTS(flag_rules); i++) {
		const struct flag_rule *rule = &flag_rules[i];

		if (rule->whole ? strcmp(flag, rule->prefix) == 0
				: g_str_has_prefix(flag, rule->prefix))
			return rule;
	}
	return NULL;
}

struct flag_parser {
	struct tree *tree;
	const char *directory;
	GPtrArray *kept;
	struct parsed_flags *out;
	bool has_target;
};

static void keep(struct flag_parser *parser, const char *text)
{
	g_ptr_array_add(parser->kept, (char *)tree_string(parser->tree, text));
}

static void keep_path(struct flag_parser *parser, const char *option, const char *value)
{
	g_autofree char *path = path_absolute(parser->directory, value);
	g_autofree char *joined = NULL;

	if (strcmp(option, "-I") == 0) {
		joined = g_strconcat(option, path, NULL);
		keep(parser, joined);
		return;
	}
	keep(parser, option);
	keep(parser, path);
}

/* KBUILD_MODNAME="zcrypt" names the module, MODULE says that it is one. */
static void note_macro(struct flag_parser *parser, const char *definition)
{
	static const char modname[] = "KBUILD_MODNAME=\"";
	g_autofree char *name = NULL;

	if (strcmp(definition, "MODULE") == 0)
		parser->out->is_module = true;
	if (strcmp(definition, "__KERNEL__") == 0)
		parser->out->is_kernel = true;
	if (!g_str_has_prefix(definition, modname))
		return;
	name = g_strdup(definition + strlen(modname));
	name[strcspn(name, "\"")] = '\0';
	parser->out->modname = tree_string(parser->tree, name);
}

static void keep_value(struct flag_parser *parser, const struct flag_rule *rule, const char *value)
{
	g_autofree char *joined = NULL;

	if (rule->kind == FLAG_KEEP_PATH) {
		keep_path(parser, rule->prefix, value);
		return;
	}
	if (rule->whole) {
		keep(parser, rule->prefix);
		keep(parser, value);
		return;
	}
	if (strcmp(rule->prefix, "-D") == 0)
		note_macro(parser, value);
	joined = g_strconcat(rule->prefix, value, NULL);
	keep(parser, joined);
}

/* Takes the word at @argv, and its value; returns how many words that were. */
static size_t parse_flag(struct flag_parser *parser, char *const *argv)
{
	const struct flag_rule *rule = flag_rule(argv[0]);
	const char *joined = rule ? argv[0] + strlen(rule->prefix) : NULL;
	const char *next = argv[1];

	if (!rule || rule->kind == FLAG_DROP)
		return 1;
	if (strstr(rule->prefix, "-target"))
		parser->has_target = true;
	if (rule->kind == FLAG_KEEP) {
		keep(parser, argv[0]);
		return 1;
	}
	if (*joined) {
		keep_value(parser, rule, joined);
		return 1;
	}
	if (!next)
		return 1;
	if (rule->kind == FLAG_OUTPUT)
		parser->out->output = tree_string(parser->tree, next);
	else if (rule->kind != FLAG_DROP_VALUE)
		keep_value(parser, rule, next);
	return 2;
}

/* -Wp,-MMD,file,-DX=1: macros may hide behind the preprocessor's name. */
static void parse_preprocessor(struct flag_parser *parser, const char *flag)
{
	g_auto(GStrv) parts = g_strsplit(flag + strlen("-Wp,"), ",", -1);

	for (char **part = parts; *part; part++)
		if (g_str_has_prefix(*part, "-D") || g_str_has_prefix(*part, "-U"))
			keep(parser, *part);
}

static const char *const *keep_argv(struct tree *tree, const GPtrArray *kept)
{
	const char **argv = arena_new_array(tree->arena, const char *, kept->len + 1);

	for (guint i = 0; i < kept->len; i++)
		argv[i] = g_ptr_array_index(kept, i);
	return argv;
}

/* gcc knows its target by itself; clang takes the host's. */
static void add_target(struct flag_parser *parser)
{
	g_autofree char *host = arch_host();
	const char *arch = parser->tree->arch;
	const char *target = arch_target(arch, parser->tree->srcarch);
	g_autofree char *flag = NULL;

	if (parser->has_target || !target || strcmp(host, arch) == 0)
		return;
	flag = g_strconcat("--target=", target, NULL);
	keep(parser, flag);
}

void flags_parse(struct tree *tree, const char *directory, char *const *argv,
		 struct parsed_flags *out)
{
	g_autoptr(GPtrArray) kept = g_ptr_array_new();
	struct flag_parser parser = {
		.tree = tree,
		.directory = directory,
		.kept = kept,
		.out = out,
	};

	memset(out, 0, sizeof(*out));
	while (*argv) {
		if (g_str_has_prefix(*argv, "-Wp,")) {
			parse_preprocessor(&parser, *argv);
			argv++;
			continue;
		}
		argv += parse_flag(&parser, argv);
	}
	if (tree->kind == TREE_KERNEL)
		add_target(&parser);
	out->argv = keep_argv(tree, kept);
}

/* Kbuild's names: no extension, "-" and "," as "_". */
static char *kbuild_name(const char *file)
{
	g_autofree char *base = g_path_get_basename(file);
	char *dot = strrchr(base, '.');

	if (dot)
		*dot = '\0';
	return g_strdelimit(g_steal_pointer(&base), "-,", '_');
}

/* @flag with the file's own name where it carries one. */
static char *sibling_flag(const char *flag, const char *name)
{
	if (g_str_has_prefix(flag, "-DKBUILD_BASENAME="))
		return g_strdup_printf("-DKBUILD_BASENAME=\"%s\"", name);
	if (g_str_has_prefix(flag, "-DKBUILD_MODNAME="))
		return g_strdup_printf("-DKBUILD_MODNAME=\"%s\"", name);
	if (g_str_has_prefix(flag, "-D__KBUILD_MODNAME="))
		return g_strdup_printf("-D__KBUILD_MODNAME=kmod_%s", name);
	return g_strdup(flag);
}

const char *const *flags_for_sibling(struct tree *tree, const struct unit_spec *model,
				     const char *file)
{
	g_autoptr(GPtrArray) kept = g_ptr_array_new();
	g_autofree char *name = kbuild_name(file);
	g_autofree char *absolute = tree_absolute(tree, file);
	g_autofree char *folder = g_path_get_dirname(absolute);
	g_autofree char *include = g_strconcat("-I", folder, NULL);

	for (const char *const *flag = model->argv; *flag; flag++) {
		g_autofree char *own = sibling_flag(*flag, name);

		g_ptr_array_add(kept, (char *)tree_string(tree, own));
	}
	g_ptr_array_add(kept, (char *)tree_string(tree, include));
	return keep_argv(tree, kept);
}
