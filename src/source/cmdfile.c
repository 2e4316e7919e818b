/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmdfile.c - units from the .o.cmd files that a build left behind
 *
 * Kbuild writes beside each object how it was made: "savedcmd_dir/x.o := clang ... dir/x.c".
 * Nothing is executed to read them. They tell of everything that was compiled, so programs
 * that are no part of the kernel are left out by what they are compiled with and where.
 */
#include "source/source_p.h"

#include <string.h>

struct cmd_reader {
	struct tree *tree;
	GPtrArray *units;
};

/* Programs of their own that are compiled with the kernel's flags. */
static bool is_other_program(const char *object)
{
	static const char *const folders[] = { "/boot/", "/vdso", "/purgatory/", "/realmode/",
					       "/compat_vdso/" };

	if (g_str_has_prefix(object, "tools/") || g_str_has_prefix(object, "scripts/"))
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++)
		if (g_str_has_prefix(object, "arch/") && strstr(object, folders[i]))
			return true;
	return false;
}

/* make's spelling back to the shell's: "$$" is "$", "\#" is "#". */
static char *unescape(const char *from)
{
	GString *to = g_string_new(NULL);

	for (; *from; from++) {
		if ((from[0] == '$' && from[1] == '$') || (from[0] == '\\' && from[1] == '#'))
			from++;
		g_string_append_c(to, *from);
	}
	return g_string_free(to, FALSE);
}

/* The first line, "savedcmd_OBJECT := COMMAND" ("cmd_" up to 6.2): what follows the ":=". */
static char *read_command(const char *path)
{
	g_autofree char *text = NULL;
	char *command;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	if (!g_str_has_prefix(text, "savedcmd_") && !g_str_has_prefix(text, "cmd_"))
		return NULL;
	command = strstr(text, " := ");
	return command ? unescape(command + strlen(" := ")) : NULL;
}

/* Where the shell's next command begins the words end; returns the last word before. */
static const char *cut_at_semicolon(char **words)
{
	size_t n = 0, end;

	while (words[n] && strcmp(words[n], ";") != 0 &&
	       !(n && g_str_has_suffix(words[n - 1], ";")))
		n++;
	for (end = n; words[end]; end++) {
		g_free(words[end]);
		words[end] = NULL;
	}
	if (n == 0)
		return NULL;
	g_strdelimit(words[n - 1], ";", '\0');
	return words[n - 1];
}

static void add_unit(struct cmd_reader *reader, char **words, const char *source)
{
	struct tree *tree = reader->tree;
	g_autofree char *absolute = path_absolute(tree->objtree, source);
	g_autofree char *object = NULL;
	struct parsed_flags parsed;
	struct unit_spec *unit;

	flags_parse(tree, tree->objtree, words, &parsed);
	if (!parsed.is_kernel || !parsed.output || !parsed.modname)
		return;
	object = path_absolute("/", parsed.output);
	if (is_other_program(object + 1))
		return;
	unit = arena_new_struct(tree->arena, struct unit_spec);
	unit->file = tree_relative(tree, absolute);
	unit->object = tree_string(tree, object + 1);
	unit->module = parsed.is_module ? parsed.modname : "";
	unit->directory = tree->objtree;
	unit->argv = parsed.argv;
	g_ptr_array_add(reader->units, unit);
}

static void read_cmd_file(struct cmd_reader *reader, const char *path)
{
	g_autofree char *command = read_command(path);
	g_auto(GStrv) words = NULL;
	const char *source;

	if (!command || !g_shell_parse_argv(command, NULL, &words, NULL))
		return;
	source = cut_at_semicolon(words);
	if (source && g_str_has_suffix(source, ".c"))
		add_unit(reader, words, source);
}

static void read_folder(struct cmd_reader *reader, const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (g_str_has_suffix(name, ".o.cmd"))
			read_cmd_file(reader, path);
		else if (name[0] != '.' && !g_file_test(path, G_FILE_TEST_IS_SYMLINK) &&
			 g_file_test(path, G_FILE_TEST_IS_DIR))
			read_folder(reader, path);
	}
}

GPtrArray *cmdfile_units(struct tree *tree, GError **err)
{
	g_autoptr(GPtrArray) units = g_ptr_array_new();
	struct cmd_reader reader = { .tree = tree, .units = units };

	read_folder(&reader, tree->objtree);
	units_sort(units);
	if (units->len)
		return g_steal_pointer(&units);
	g_set_error(
		err, SOURCE_ERROR, SOURCE_BAD_INPUT,
		"nothing was built in '%s' that tells what is compiled, and --no-exec forbids to "
		"run make there: build the kernel first, or give --compile-commands",
		tree->objtree);
	return NULL;
}
