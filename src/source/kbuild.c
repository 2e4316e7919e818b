/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kbuild.c - units and their flags from the kernel's own makefiles
 *
 * kbuild.mk does the work; it writes a file for each folder, and this reads them. All folders
 * are evaluated, whatever was asked for: it takes 4 s for 3,900 units, the list is kept, and
 * what lies outside the scope is needed for closure anyway.
 */
#include "source/source_p.h"

#include "base/datadir.h"
#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define LEFTOVER_NS (24 * 3600 * INT64_C(1000000000))

struct kbuild_reader {
	struct tree *tree;
	const char *out; /* folder that make wrote into */
	GPtrArray *units;
	GHashTable *inputs;	  /* absolute paths of the makefiles that were read */
	unsigned missing_folders; /* whose makefile make could not evaluate */
	unsigned missing_sources; /* that only a build generates */
};

static char *join(const char *name, const char *value)
{
	return g_strconcat(name, "=", value, NULL);
}

/* make -f kbuild.mk in the build directory; @extra are more variables. */
static GPtrArray *make_command(const struct tree *tree, const char *out, const char *const *vars,
			       const char *const *extra)
{
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(argv, g_strdup("make"));
	g_ptr_array_add(argv, g_strdup("-rRk"));
	g_ptr_array_add(argv, g_strdup("--no-print-directory"));
	g_ptr_array_add(argv, g_strdup_printf("-j%u", g_get_num_processors()));
	/* Up to 5.13 the top Makefile includes others by names relative to the root. */
	g_ptr_array_add(argv, g_strconcat("--include-dir=", tree->root, NULL));
	g_ptr_array_add(argv, g_strdup("-f"));
	g_ptr_array_add(argv, datadir_file("kbuild.mk"));
	g_ptr_array_add(argv, join("LOCKGRAPH_TREE", tree->root));
	g_ptr_array_add(argv, join("LOCKGRAPH_OUT", out));
	/* Options are tried with files here, not in the build directory; make halves each "$$". */
	g_ptr_array_add(argv, g_strconcat("TMPOUT=", out, "/.tmp_$$$$", NULL));
	for (; *vars; vars++)
		g_ptr_array_add(argv, g_strdup(*vars));
	for (; *extra; extra++)
		g_ptr_array_add(argv, g_strdup(*extra));
	g_ptr_array_add(argv, g_strdup("lockgraph"));
	g_ptr_array_add(argv, NULL);
	return argv;
}

static bool run_kbuild(const struct tree *tree, const char *out, const char *const *extra,
		       char **reason, GError **err)
{
	g_autoptr(GPtrArray) argv = make_command(tree, out, tree->state->make_vars, extra);
	struct run_result result;

	if (!run_program(tree->objtree, (const char *const *)argv->pdata, &result, err))
		return false;
	*reason = run_result_reason(&result);
	run_result_clear(&result);
	return true;
}

/* What killed runs left behind, a day ago or more. */
static void remove_leftovers(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	int64_t now = g_get_real_time() * 1000;
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		int64_t mtime, size;

		if (file_stamp(path, &mtime, &size) && now - mtime > LEFTOVER_NS)
			file_remove_tree(path, NULL);
	}
}

static char *new_out_folder(const struct tree *tree, const char *what, GError **err)
{
	g_autofree char *name = g_strdup_printf("%s-%d", what, (int)getpid());
	g_autofree char *path = tree_cache_path(tree, "tmp", name, err);
	g_autofree char *folder = path ? g_path_get_dirname(path) : NULL;

	if (folder)
		remove_leftovers(folder);
	if (!path || !file_remove_tree(path, err) || !file_make_dirs(path, err))
		return NULL;
	return g_steal_pointer(&path);
}

static bool is_file(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

/* @object with another extension, cut at the last dot, or at the one before. */
static char *source_name(const char *object, const char *extension, bool cut_two)
{
	g_autofree char *stem = g_strndup(object, strlen(object) - strlen(".o"));
	char *dot = cut_two ? strrchr(stem, '.') : NULL;

	if (cut_two && !dot)
		return g_strdup("");
	if (dot)
		*dot = '\0';
	return g_strconcat(stem, extension, NULL);
}

/* The C source as struct unit_spec names it; NULL where there is none. */
static const char *find_c_source(struct tree *tree, const char *object, bool cut_two)
{
	g_autofree char *name = source_name(object, ".c", cut_two);
	g_autofree char *generated = NULL;

	if (*name == '\0')
		return NULL;
	if (is_file(tree->root, name))
		return tree_string(tree, name);
	if (!is_file(tree->objtree, name))
		return NULL;
	generated = g_build_filename(tree->objtree, name, NULL);
	return tree_relative(tree, generated);
}

/* Assembly and Rust are no units of ours. */
static bool is_other_language(const struct tree *tree, const char *object)
{
	static const char *const extensions[] = { ".S", ".rs" };

	for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++) {
		g_autofree char *name = source_name(object, extensions[i], false);

		if (is_file(tree->root, name) || is_file(tree->objtree, name))
			return true;
	}
	return false;
}

/* "arch/s390/kvm/../../../virt/kvm/kvm_main.o" is "virt/kvm/kvm_main.o". */
static const char *plain_object(struct tree *tree, const char *object)
{
	g_autofree char *path = path_absolute("/", object);

	return tree_string(tree, path + 1);
}

/* "x.stub.o" is "x.o". */
static const char *inner_object(struct tree *tree, const char *object)
{
	g_autofree char *name = source_name(object, ".o", true);

	return tree_string(tree, name);
}

static struct unit_spec *new_unit(struct tree *tree, const char *file, const char *object,
				  const char *flags, GError **err)
{
	struct unit_spec *unit = arena_new_struct(tree->arena, struct unit_spec);
	g_auto(GStrv) words = NULL;
	struct parsed_flags parsed;

	if (!g_shell_parse_argv(flags, NULL, &words, err)) {
		g_prefix_error(err, "flags of %s: ", object);
		return NULL;
	}
	flags_parse(tree, tree->objtree, words, &parsed);
	unit->file = file;
	unit->object = object;
	unit->module = "";
	unit->directory = tree->objtree;
	unit->argv = parsed.argv;
	return unit;
}

/* Fields: object, module, flags. */
static bool read_unit(struct kbuild_reader *reader, char *const *fields, GError **err)
{
	struct tree *tree = reader->tree;
	const char *object = plain_object(tree, fields[0]);
	const char *file = find_c_source(tree, object, false);
	struct unit_spec *unit;

	if (!file && is_other_language(tree, object))
		return true;
	if (!file) {
		/* x.stub.o is made from x.o, which may be listed too, and first. */
		file = find_c_source(tree, object, true);
		object = inner_object(tree, object);
	}
	if (!file) {
		reader->missing_sources++;
		return true;
	}
	unit = new_unit(tree, file, object, fields[2], err);
	if (!unit)
		return false;
	unit->module = tree_string(tree, fields[1]);
	g_ptr_array_add(reader->units, unit);
	return true;
}

static void read_makefiles(struct kbuild_reader *reader, const char *list)
{
	g_auto(GStrv) names = g_strsplit(list, " ", -1);

	for (char **name = names; *name; name++)
		if (**name)
			g_hash_table_add(reader->inputs,
					 path_absolute(reader->tree->objtree, *name));
}

static void check_subfolders(struct kbuild_reader *reader, const char *list)
{
	g_auto(GStrv) names = g_strsplit(list, " ", -1);

	for (char **name = names; *name; name++) {
		g_autofree char *file = g_strconcat("in!", *name, NULL);

		g_strdelimit(file, "/", '!');
		if (**name && !is_file(reader->out, file))
			reader->missing_folders++;
	}
}

static bool read_line(struct kbuild_reader *reader, char *line, GError **err)
{
	g_auto(GStrv) fields = g_strsplit(g_strstrip(line), "\t", 4);
	unsigned n = g_strv_length(fields);

	if (n >= 2 && strcmp(fields[0], "M") == 0)
		read_makefiles(reader, fields[1]);
	if (n >= 2 && strcmp(fields[0], "K") == 0)
		reader->tree->state->check_flags = tree_string(reader->tree, fields[1]);
	if (n >= 2 && strcmp(fields[0], "D") == 0)
		check_subfolders(reader, fields[1]);
	if (n == 4 && strcmp(fields[0], "U") == 0)
		return read_unit(reader, fields + 1, err);
	return true;
}

static bool read_folder(struct kbuild_reader *reader, const char *name, GError **err)
{
	g_autofree char *path = g_build_filename(reader->out, name, NULL);
	g_autofree char *text = NULL;
	char *line, *end;

	if (!g_file_get_contents(path, &text, NULL, err))
		return false;
	for (line = text; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		if (!read_line(reader, line, err))
			return false;
	}
	return true;
}

static bool read_out(struct kbuild_reader *reader, GError **err)
{
	g_autoptr(GDir) dir = g_dir_open(reader->out, 0, err);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		if (name[0] != '.' && !read_folder(reader, name, err))
			return false;
	return dir != NULL;
}

static void report(const struct kbuild_reader *reader, const char *reason, struct console *con)
{
	if (!con)
		return;
	console_verbose(con, "Kbuild lists %u units", reader->units->len);
	if (reader->missing_folders)
		console_warn(con,
			     "make could not read the Makefile of %u folders, their units are "
			     "not known: %s",
			     reader->missing_folders, reason);
	if (reader->missing_sources && !reader->tree->state->own_objtree)
		console_warn(con,
			     "%u sources are generated by a build and not there: run make in "
			     "'%s' first, or leave --objtree out",
			     reader->missing_sources, reader->tree->objtree);
}

static void reader_clear(struct kbuild_reader *reader)
{
	file_remove_tree(reader->out, NULL);
	g_hash_table_unref(reader->inputs);
}

/* Reads what make wrote. No units at all is an error. */
static bool read_evaluated(struct kbuild_reader *reader, const char *reason, GError **err)
{
	if (!read_out(reader, err))
		return false;
	if (reader->units->len > 0)
		return true;
	g_set_error(err, SOURCE_ERROR, SOURCE_FAILED, "make finds no units in '%s': %s",
		    reader->tree->objtree, reason);
	return false;
}

static bool evaluate(struct kbuild_reader *reader, const char *const *extra, char **reason,
		     GError **err)
{
	return run_kbuild(reader->tree, reader->out, extra, reason, err) &&
	       read_evaluated(reader, *reason, err);
}

static GPtrArray *reader_inputs(const struct kbuild_reader *reader)
{
	GPtrArray *inputs = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer path;

	g_ptr_array_add(inputs, datadir_file("kbuild.mk"));
	g_hash_table_iter_init(&iter, reader->inputs);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		g_ptr_array_add(inputs, g_strdup(path));
	return inputs;
}

static bool reader_init(struct kbuild_reader *reader, struct tree *tree, char *out)
{
	*reader = (struct kbuild_reader){ .tree = tree, .out = out };
	if (!out)
		return false;
	reader->units = g_ptr_array_new();
	reader->inputs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return true;
}

/* Not what this version's makefiles would make into another one's build directory. */
static bool may_generate(const struct tree *tree)
{
	return tree->state->own_objtree && !tree->request.like;
}

static const char *const generate[] = { "LOCKGRAPH_GENERATE=1", NULL };

/* What was listed with the preparation is read now, once. */
static char *take_listed(struct tree *tree, char **reason)
{
	char *out = g_strdup(tree->state->listed);

	*reason = out ? g_strdup(tree->state->listed_said) : NULL;
	tree->state->listed = NULL;
	return out;
}

static GPtrArray *list_units(struct tree *tree, struct console *con, GError **err)
{
	g_autofree char *reason = NULL;
	g_autofree char *listed = take_listed(tree, &reason);
	g_autofree char *out = listed ? g_strdup(listed) : new_out_folder(tree, "kbuild", err);
	g_autoptr(GPtrArray) inputs = NULL;
	struct kbuild_reader reader;
	bool good;

	if (!reader_init(&reader, tree, out))
		return NULL;
	good = listed ? read_evaluated(&reader, reason, err)
		      : evaluate(&reader, may_generate(tree) ? generate : generate + 1, &reason,
				 err);
	inputs = reader_inputs(&reader);
	reader_clear(&reader);
	if (!good) {
		g_ptr_array_unref(reader.units);
		return NULL;
	}
	units_sort(reader.units);
	report(&reader, reason, con);
	if (reader.missing_folders == 0 && !unit_cache_store(tree, reader.units, inputs, NULL) &&
	    con)
		console_warn(con, "cannot keep the list of units in '%s'", tree->state->cache);
	return reader.units;
}

/* --- with the preparation --------------------------------------------------------------------- */

/* The first folder is visited when all is prepared. */
static bool was_visited(const char *out)
{
	g_autoptr(GDir) dir = g_dir_open(out, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		if (g_str_has_prefix(name, "in!"))
			return true;
	}
	return false;
}

void kbuild_forget(struct tree *tree)
{
	if (tree->state->listed)
		file_remove_tree(tree->state->listed, NULL);
	tree->state->listed = NULL;
}

bool kbuild_prepare(struct tree *tree, const char *objtree, char **vars, const char *skip,
		    char **reason, GError **err)
{
	g_autofree char *label = g_strdup_printf("prepare-%08x", g_str_hash(objtree));
	g_autofree char *out = new_out_folder(tree, label, err);
	g_autofree char *parts = join("LOCKGRAPH_PREPARE", skip), *flags = host_flags(tree);
	const char *const extra[] = { parts, flags, tree->request.like ? NULL : generate[0], NULL };
	g_autoptr(GPtrArray) argv = NULL;
	struct run_result result;

	if (!out)
		return false;
	argv = make_command(tree, out, (const char *const *)vars, extra);
	if (!run_program(objtree, (const char *const *)argv->pdata, &result, err))
		return false;
	g_free(*reason);
	*reason = result.status == 0 ? NULL : run_result_reason(&result);
	run_result_clear(&result);
	tree->state->listed = arena_strdup(tree->arena, out);
	tree->state->listed_said = arena_strdup(tree->arena, *reason ? *reason : "");
	if (!was_visited(out))
		kbuild_forget(tree);
	return true;
}

GPtrArray *kbuild_units(struct tree *tree, struct console *con, GError **err)
{
	GError *lock_error = NULL;
	GPtrArray *units = unit_cache_load(tree);
	int lock;

	if (units)
		return units;
	lock = objtree_lock(tree, con, &lock_error);
	if (lock_error) {
		g_propagate_error(err, lock_error);
		return NULL;
	}
	units = unit_cache_load(tree);
	if (!units)
		units = list_units(tree, con, err);
	if (lock >= 0)
		close(lock);
	return units;
}

/* The nearest folder at or above a file that has a makefile: it may list the file by path. */
static char *makefile_folder(const struct tree *tree, const char *file)
{
	g_autofree char *dir = g_path_get_dirname(file);

	for (;;) {
		g_autofree char *kbuild = g_build_filename(dir, "Kbuild", NULL);
		g_autofree char *makefile = g_build_filename(dir, "Makefile", NULL);
		char *up;

		if (strcmp(dir, ".") == 0 || dir[0] == '/')
			return NULL;
		if (is_file(tree->root, kbuild) || is_file(tree->root, makefile))
			return g_steal_pointer(&dir);
		up = g_path_get_dirname(dir);
		g_free(dir);
		dir = up;
	}
}

/* Writes the makefile that asks for @files; returns "LOCKGRAPH_ONLY=<folders>". */
static char *write_guess(const struct tree *tree, const GPtrArray *files, const char *path,
			 GError **err)
{
	g_autoptr(GString) only = g_string_new("LOCKGRAPH_ONLY=");
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < files->len; i++) {
		const char *file = g_ptr_array_index(files, i);
		g_autofree char *folder = makefile_folder(tree, file);

		if (!folder)
			continue;
		g_string_append_printf(only, "%s ", folder);
		g_string_append_printf(text, "lockgraph-guess-%s += %.*s.o\n", folder,
				       (int)(strlen(file) - strlen(".c")), file);
	}
	if (!file_replace(path, text->str, text->len, err))
		return NULL;
	return g_string_free(g_steal_pointer(&only), FALSE);
}

GPtrArray *kbuild_guess_units(struct tree *tree, const GPtrArray *files, GError **err)
{
	g_autofree char *out = new_out_folder(tree, "kbuild", err);
	g_autofree char *path = out ? g_build_filename(out, ".guess.mk", NULL) : NULL;
	g_autofree char *only = out ? write_guess(tree, files, path, err) : NULL;
	g_autofree char *guess = g_strconcat("LOCKGRAPH_GUESS=", path, NULL);
	const char *const extra[] = { only, guess, NULL };
	g_autofree char *reason = NULL;
	struct kbuild_reader reader;
	bool good;

	if (!only || !reader_init(&reader, tree, out))
		return NULL;
	good = evaluate(&reader, extra, &reason, err);
	reader_clear(&reader);
	if (good)
		return reader.units;
	g_ptr_array_unref(reader.units);
	return NULL;
}
