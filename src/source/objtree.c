/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * objtree.c - a configured build directory: the user's, the tree's own, or ours in the cache
 *
 * Ours is <cache>/objtree/<arch>-<config>-<hash>. The stamp is written last: without one it is not
 * whole, and made anew; a lock file beside it keeps two runs from making it at once. The stamp
 * remembers time, size and hash of every Kconfig file; when one changed, make brings it up to date
 * in place, which replaces only the headers that differ.
 */
#include "source/source_p.h"

#include "base/file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STAMP_NAME ".lockgraph"
#define STAMP_HEAD "lockgraph-objtree 2"

/* No tools for what is only linked, signed or installed: sources and headers need none of them. */
static const char skipped_parts[] =
	"CONFIG_OBJTOOL CONFIG_STACK_VALIDATION CONFIG_DEBUG_INFO_BTF CONFIG_RUST "
	"CONFIG_MODVERSIONS CONFIG_KALLSYMS CONFIG_BUILDTIME_TABLE_SORT CONFIG_MODULE_SIG_FORMAT";

/* What any unit needs; without these the directory is of no use. */
static const char *const needed_headers[] = {
	"include/generated/autoconf.h",
	"include/generated/bounds.h",
	"include/generated/asm-offsets.h",
	"include/generated/utsrelease.h",
};

static bool is_there(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

bool objtree_is_configured(const char *dir)
{
	return is_there(dir, "include/generated/autoconf.h") &&
	       is_there(dir, "include/config/auto.conf");
}

static bool config_is_file(const struct tree *tree)
{
	return g_file_test(tree->request.config, G_FILE_TEST_IS_REGULAR);
}

static bool hash_config(const struct tree *tree, uint64_t *hash, GError **err)
{
	const char *config = tree->request.config;

	if (config_is_file(tree))
		return file_hash(config, hash, err);
	*hash = file_hash_bytes(0, config, strlen(config));
	if (g_str_has_suffix(config, "config") && !strchr(config, '/'))
		return true;
	g_set_error(err, SOURCE_ERROR, SOURCE_NOT_FOUND,
		    "'%s' is neither a configuration file nor the name of a make target such as "
		    "defconfig",
		    config);
	return false;
}

static char *own_objtree_path(const struct tree *tree, GError **err)
{
	const char *home = tree->request.like ? tree->request.like : tree->root;
	g_autofree char *label = NULL, *name = NULL;
	uint64_t hash;

	if (!hash_config(tree, &hash, err))
		return NULL;
	hash = file_hash_bytes(hash, home, strlen(home));
	hash = file_hash_bytes(hash, tree->arch, strlen(tree->arch));
	label = g_path_get_basename(tree->request.config);
	g_strcanon(label, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_.", '_');
	name = g_strdup_printf("%s-%.40s-%016" G_GINT64_MODIFIER "x", tree->arch, label, hash);
	return tree_cache_path(tree, "objtree", name, err);
}

static int lock_objtree(const char *objtree, struct console *con, GError **err)
{
	g_autofree char *path = g_strconcat(objtree, ".lock", NULL);

	return lock_file(path, con, err);
}

int objtree_lock(struct tree *tree, struct console *con, GError **err)
{
	return tree->state->own_objtree ? lock_objtree(tree->objtree, con, err) : -1;
}

/*
 * Generated headers name their generator: a copy of the tree shall get the same ones. The host's
 * tools run for moments, compiling them well takes longer.
 */
char *host_flags(const struct tree *tree)
{
	return g_strdup_printf("HOSTCFLAGS=-O0 -fmacro-prefix-map=%s/=", tree->root);
}

/* Make's command line: program, place, variables, then @goals. */
static GPtrArray *make_command(const struct tree *tree, const char *objtree, char **vars,
			       const char *const *goals)
{
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(argv, g_strdup("make"));
	g_ptr_array_add(argv, g_strdup("-k"));
	g_ptr_array_add(argv, g_strdup_printf("-j%u", g_get_num_processors()));
	g_ptr_array_add(argv, g_strdup("-C"));
	g_ptr_array_add(argv, g_strdup(tree->root));
	g_ptr_array_add(argv, g_strconcat("O=", objtree, NULL));
	g_ptr_array_add(argv, host_flags(tree));
	for (char **var = vars; *var; var++)
		g_ptr_array_add(argv, g_strdup(*var));
	for (const char *const *goal = goals; *goal; goal++)
		g_ptr_array_add(argv, g_strdup(*goal));
	g_ptr_array_add(argv, NULL);
	return argv;
}

/* Runs make; @reason says what was wrong when it failed. False when it could not be run. */
static bool run_make(const struct tree *tree, const char *objtree, char **vars,
		     const char *const *goals, char **reason, GError **err)
{
	g_autoptr(GPtrArray) argv = make_command(tree, objtree, vars, goals);
	struct run_result result;

	if (!run_program(tree->root, (const char *const *)argv->pdata, &result, err))
		return false;
	g_free(*reason);
	*reason = result.status == 0 ? NULL : run_result_reason(&result);
	run_result_clear(&result);
	return true;
}

static bool copy_config(const struct tree *tree, const char *objtree, GError **err)
{
	g_autofree char *to = g_build_filename(objtree, ".config", NULL);
	g_autofree char *text = NULL;
	size_t size;

	return g_file_get_contents(tree->request.config, &text, &size, err) &&
	       g_file_set_contents(to, text, (gssize)size, err);
}

static const char *missing_header(const char *objtree)
{
	for (size_t i = 0; i < G_N_ELEMENTS(needed_headers); i++)
		if (!is_there(objtree, needed_headers[i]))
			return needed_headers[i];
	return NULL;
}

/* Writes the configuration: the user's file completed, or a target of the kernel's. */
static bool configure(const struct tree *tree, const char *objtree, char **vars, char **reason,
		      GError **err)
{
	const char *goals[] = { tree->request.config, NULL };

	if (config_is_file(tree)) {
		if (!copy_config(tree, objtree, err))
			return false;
		goals[0] = "olddefconfig";
	}
	if (!run_make(tree, objtree, vars, goals, reason, err))
		return false;
	if (!*reason)
		return true;
	g_set_error(err, SOURCE_ERROR, SOURCE_FAILED, "make %s failed: %s", goals[0], *reason);
	return false;
}

/* A failure is only one if it leaves out what units need: tools for linking may be missing. */
static bool prepare(struct tree *tree, const char *objtree, char **vars, char **reason,
		    GError **err)
{
	const char *missing;

	if (!kbuild_prepare(tree, objtree, vars, skipped_parts, reason, err))
		return false;
	missing = missing_header(objtree);
	if (!missing)
		return true;
	kbuild_forget(tree);
	g_set_error(err, SOURCE_ERROR, SOURCE_FAILED, "make prepare left out %s: %s", missing,
		    *reason ? *reason : "it said nothing");
	return false;
}

static bool make_objtree(struct tree *tree, const char *objtree, char **vars, struct console *con,
			 GError **err)
{
	g_autofree char *reason = NULL;

	if (!file_make_dirs(objtree, err) || !configure(tree, objtree, vars, &reason, err) ||
	    !prepare(tree, objtree, vars, &reason, err))
		return false;
	if (reason && con && !tree->state->listed)
		console_verbose(con, "make prepare was not complete, but enough: %s", reason);
	return true;
}

/* Files whose change makes a new configuration: auto.conf.cmd lists every Kconfig file. */
static GPtrArray *config_inputs(const struct tree *tree, const char *objtree)
{
	g_autofree char *path = g_build_filename(objtree, "include/config/auto.conf.cmd", NULL);
	GPtrArray *inputs = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	g_ptr_array_add(inputs, g_build_filename(tree->root, "Makefile", NULL));
	g_ptr_array_add(inputs,
			g_build_filename(tree->root, "arch", tree->srcarch, "Makefile", NULL));
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return inputs;
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++)
		if (**line == '\t' && strstr(*line, "Kconfig") && !strchr(*line, '$'))
			g_ptr_array_add(inputs, path_absolute(tree->root, strtok(*line, " \t\\")));
	return inputs;
}

static bool write_stamp(const struct tree *tree, const char *objtree, char **vars, GError **err)
{
	g_autofree char *path = g_build_filename(objtree, STAMP_NAME, NULL);
	g_autoptr(GPtrArray) inputs = config_inputs(tree, objtree);
	g_autoptr(GString) text = g_string_new(STAMP_HEAD "\n");
	struct file_mark mark;

	for (char **var = vars; *var; var++)
		g_string_append_printf(text, "make %s\n", *var);
	for (guint i = 0; i < inputs->len; i++) {
		const char *input = g_ptr_array_index(inputs, i);

		if (file_mark(input, &mark))
			g_string_append_printf(text,
					       "file %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
					       " %08" PRIx32 " %s\n",
					       mark.mtime, mark.size, mark.hash, input);
	}
	objtree_note_made(tree, objtree, text);
	return file_replace(path, text->str, text->len, err);
}

/* "file MTIME SIZE HASH PATH" still holds; the hash may be missing. */
static bool stamp_line_holds(const char *line)
{
	struct file_mark mark = { .hash = 0 };
	int path = 0, hash = 0;

	if (sscanf(line, "file %" SCNd64 " %" SCNd64 " %n%" SCNx32 " %n", &mark.mtime, &mark.size,
		   &hash, &mark.hash, &path) < 2)
		return false;
	return file_mark_holds(line + (path ? path : hash), &mark);
}

static char **stamp_lines(const char *objtree)
{
	g_autofree char *path = g_build_filename(objtree, STAMP_NAME, NULL);
	g_autofree char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) ? g_strsplit(text, "\n", -1) : NULL;
}

/* What make would not notice. */
static bool is_damaged(const char *objtree)
{
	g_auto(GStrv) lines = stamp_lines(objtree);

	for (char **line = lines; line && *line; line++) {
		if (objtree_made_line(*line) && !objtree_made_holds(objtree, *line))
			return true;
	}
	return false;
}

/*
 * Make variables of a directory that we made and whose inputs are unchanged; NULL when it is
 * not there, damaged, or out of date.
 */
static char **read_stamp(const char *objtree)
{
	g_autoptr(GPtrArray) vars = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) lines = stamp_lines(objtree);

	if (!lines || !lines[0] || strcmp(lines[0], STAMP_HEAD) != 0 || is_damaged(objtree))
		return NULL;
	for (char **line = lines + 1; *line; line++) {
		if (g_str_has_prefix(*line, "make "))
			g_ptr_array_add(vars, g_strdup(*line + strlen("make ")));
		else if (**line && !objtree_made_line(*line) && !stamp_line_holds(*line))
			return NULL;
	}
	g_ptr_array_add(vars, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&vars), FALSE);
}

static bool is_whole(const char *objtree)
{
	return is_there(objtree, STAMP_NAME) && objtree_is_configured(objtree) &&
	       !is_damaged(objtree);
}

/* One that is whole, but out of date, is brought up to date. */
static bool build_objtree(struct tree *tree, const char *objtree, char **vars, struct console *con,
			  GError **err)
{
	bool whole = is_whole(objtree);

	if (!whole && !file_remove_tree(objtree, err))
		return false;
	if (make_objtree(tree, objtree, vars, con, err) && write_stamp(tree, objtree, vars, err))
		return true;
	if (!whole)
		file_remove_tree(objtree, NULL);
	return false;
}

static void add_advice(const struct tree *tree, GError **err)
{
	const char *target = arch_target(tree->arch, tree->srcarch);

	g_prefix_error(err, "cannot prepare a build directory for Linux %s, ARCH=%s, %s: ",
		       tree->version, tree->arch, tree->config_name);
	if (err && *err) {
		size_t length = strlen((*err)->message);
		bool is_sentence = length && (*err)->message[length - 1] == '.';
		char *message = g_strdup_printf(
			"%.*s. What a kernel build needs must be installed (make, flex, bison, bc, "
			"and clang with lld, or gcc for %s with CROSS_COMPILE= in the "
			"environment); or give a build directory of your own with --objtree",
			(int)length - is_sentence, (*err)->message, target ? target : tree->arch);

		g_free((*err)->message);
		(*err)->message = message;
	}
}

/* First with clang; then, for trees that are too old for it, with gcc. */
static char **build_with_some_compiler(struct tree *tree, const char *objtree, struct console *con,
				       GError **err)
{
	g_autofree char *suffix = tools_newest_clang();
	g_autoptr(GError) first = NULL;
	char **vars;

	if (suffix) {
		vars = tools_for_clang(tree, suffix);
		if (build_objtree(tree, objtree, vars, con, &first))
			return vars;
		g_strfreev(vars);
		if (con)
			console_verbose(con, "with clang%s: %s", suffix, first->message);
	}
	vars = tools_for_gcc(tree);
	if (build_objtree(tree, objtree, vars, con, first ? NULL : err))
		return vars;
	g_strfreev(vars);
	if (first)
		g_propagate_error(err, g_steal_pointer(&first));
	add_advice(tree, err);
	return NULL;
}

static const char *const *keep_vars(struct tree *tree, char **vars)
{
	size_t n = g_strv_length(vars);
	const char **kept = arena_new_array(tree->arena, const char *, n + 1);

	for (size_t i = 0; i < n; i++)
		kept[i] = tree_string(tree, vars[i]);
	g_strfreev(vars);
	return kept;
}

static bool refuse_no_exec(const struct tree *tree, GError **err)
{
	g_set_error(err, SOURCE_ERROR, SOURCE_BAD_INPUT,
		    "'%s' is not configured for %s, and --no-exec forbids to run its Makefiles: "
		    "give a build directory with --objtree, or --compile-commands",
		    tree->root, tree->arch);
	return false;
}

static bool use_own_objtree(struct tree *tree, struct console *con, GError **err)
{
	g_autofree char *objtree = own_objtree_path(tree, err);
	char **vars;
	int lock;

	if (!objtree)
		return false;
	vars = read_stamp(objtree);
	if (!vars && tree->request.no_exec)
		return refuse_no_exec(tree, err);
	if (!vars) {
		lock = lock_objtree(objtree, con, err);
		if (lock < 0)
			return false;
		vars = read_stamp(objtree);
		if (!vars && con)
			console_verbose(con, "preparing a build directory in '%s'", objtree);
		if (!vars)
			vars = build_with_some_compiler(tree, objtree, con, err);
		close(lock);
	}
	if (!vars)
		return false;
	tree->objtree = arena_strdup(tree->arena, objtree);
	tree->state->own_objtree = true;
	tree->state->make_vars = keep_vars(tree, vars);
	return true;
}

/* Whether a configuration is for the tree's architecture; @spelling is what it says, or NULL. */
static bool arch_fits(const struct tree *tree, const char *spelling)
{
	const char *arch, *srcarch;

	if (!spelling)
		return true;
	arch_normalise(spelling, &arch, &srcarch);
	return strcmp(srcarch, tree->srcarch) == 0;
}

static bool use_given_objtree(struct tree *tree, GError **err)
{
	const char *config = arena_printf(tree->arena, "%s/.config", tree->objtree);
	g_autofree char *arch = arch_of_config(config);

	if (!objtree_is_configured(tree->objtree)) {
		g_set_error(err, SOURCE_ERROR, SOURCE_BAD_INPUT,
			    "'%s' is not a configured build directory: it lacks "
			    "include/generated/autoconf.h. Run 'make O=%s defconfig prepare' in "
			    "'%s', or leave --objtree out",
			    tree->objtree, tree->objtree, tree->root);
		return false;
	}
	if (!arch_fits(tree, arch)) {
		g_set_error(err, SOURCE_ERROR, SOURCE_BAD_INPUT,
			    "'%s' is configured for %s, not for %s: leave --arch or --objtree out",
			    tree->objtree, arch, tree->arch);
		return false;
	}
	tree->state->make_vars = keep_vars(tree, tools_for_config(tree, tree->objtree));
	tree->config_name = config;
	return true;
}

/* Built in place, for this architecture, and the user did not ask for another configuration. */
static bool was_built_in_place(const struct tree *tree)
{
	g_autofree char *config = g_build_filename(tree->root, ".config", NULL);
	g_autofree char *spelling = arch_of_config(config);

	return spelling && objtree_is_configured(tree->root) && arch_fits(tree, spelling) &&
	       strcmp(tree->request.config, "defconfig") == 0;
}

/* Our generated headers, or at least the folder of the commands. */
static bool use_compdb(struct tree *tree, GError **err)
{
	g_autofree char *found = compdb_find(tree->request.compile_commands, err);
	g_autofree char *dir = NULL;

	if (!found)
		return false;
	dir = g_path_get_dirname(found);
	if (!tree->objtree)
		tree->objtree = arena_strdup(tree->arena, dir);
	tree->config_name = tree_string(tree, found);
	return file_hash(found, &tree->config_hash, err);
}

static bool hash_objtree(struct tree *tree, GError **err)
{
	g_autofree char *path = g_build_filename(tree->objtree, "include/config/auto.conf", NULL);

	return file_hash(path, &tree->config_hash, err);
}

bool tree_prepare(struct tree *tree, struct console *con, GError **err)
{
	if (tree->kind == TREE_PLAIN || tree->request.compile)
		return true;
	if (tree->request.compile_commands)
		return use_compdb(tree, err);
	if (!tree->objtree && was_built_in_place(tree))
		tree->objtree = tree->root;
	if (tree->objtree)
		return use_given_objtree(tree, err) && hash_objtree(tree, err);
	return use_own_objtree(tree, con, err) && hash_objtree(tree, err);
}
