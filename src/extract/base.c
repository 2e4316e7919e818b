/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * base.c - makes a precompiled header and its facts, in a worker
 *
 * Not every header that units like compiles after the others: those with errors are dropped, by
 * the line of our text that leads to the error, and the rest is tried again.
 */
#include "extract/worker_p.h"

#include <string.h>

#define MAX_TRIES 6

/* Headers name the unit in messages; each unit gives its own value again. */
static const char first_lines[] = "#define KBUILD_MODFILE \"lockgraph\"\n"
				  "#define KBUILD_BASENAME \"lockgraph\"\n"
				  "#define KBUILD_MODNAME \"lockgraph\"\n"
				  "#define __KBUILD_MODNAME kmod_lockgraph\n";
static const char last_lines[] = "#undef KBUILD_MODFILE\n"
				 "#undef KBUILD_BASENAME\n"
				 "#undef KBUILD_MODNAME\n"
				 "#undef __KBUILD_MODNAME\n";
#define FIRST_HEADER_LINE 5

struct base_build {
	struct worker *w;
	const struct pch_group *group;
	GPtrArray *headers; /* those still in */
	char *text_path;
	GHashTable *line_of; /* file name -> line of our text that first led there */
};

static bool write_text(const struct base_build *build, GError **err)
{
	g_autoptr(GString) text = g_string_new(first_lines);

	for (guint i = 0; i < build->headers->len; i++)
		g_string_append_printf(text, "#include <%s>\n",
				       (const char *)build->headers->pdata[i]);
	g_string_append(text, last_lines);
	return file_replace(build->text_path, text->str, text->len, err);
}

static void note_line(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data)
{
	struct base_build *build = data;
	CXString name = clang_getFileName(file);
	const char *text = clang_getCString(name);
	unsigned line = 0;

	if (depth)
		clang_getExpansionLocation(stack[depth - 1], NULL, &line, NULL, NULL);
	if (!g_hash_table_contains(build->line_of, text))
		g_hash_table_insert(build->line_of, g_strdup(text), GUINT_TO_POINTER(line));
	clang_disposeString(name);
}

/* The line of our text that the error comes from, 0 for none. */
static unsigned culprit(const struct base_build *build, CXDiagnostic diagnostic)
{
	unsigned line = 0;
	CXString name;
	CXFile file;

	clang_getExpansionLocation(clang_getDiagnosticLocation(diagnostic), &file, &line, NULL,
				   NULL);
	if (!file)
		return 0;
	name = clang_getFileName(file);
	if (strcmp(clang_getCString(name), build->text_path))
		line = GPOINTER_TO_UINT(
			g_hash_table_lookup(build->line_of, clang_getCString(name)));
	clang_disposeString(name);
	return line;
}

static void mark_culprit(const struct base_build *build, CXDiagnostic diagnostic, bool *is_bad)
{
	unsigned line;

	if (!parse_is_error(diagnostic))
		return;
	line = culprit(build, diagnostic);
	if (line >= FIRST_HEADER_LINE && line - FIRST_HEADER_LINE < build->headers->len)
		is_bad[line - FIRST_HEADER_LINE] = true;
}

/* Takes the headers that lead to errors out. False when none could be named. */
static bool drop_culprits(struct base_build *build, CXTranslationUnit tu)
{
	g_autofree bool *is_bad = g_new0(bool, build->headers->len + 1);
	unsigned n = clang_getNumDiagnostics(tu);
	guint before = build->headers->len;

	g_hash_table_remove_all(build->line_of);
	clang_getInclusions(tu, note_line, build);
	for (unsigned i = 0; i < n; i++) {
		CXDiagnostic diagnostic = clang_getDiagnostic(tu, i);

		mark_culprit(build, diagnostic, is_bad);
		clang_disposeDiagnostic(diagnostic);
	}
	for (guint i = before; i-- > 0;)
		if (is_bad[i])
			g_ptr_array_remove_index(build->headers, i);
	return build->headers->len < before;
}

/* One attempt: a unit without errors, or NULL and whether another attempt makes sense. */
static CXTranslationUnit try_headers(struct base_build *build, GPtrArray *argv, bool *again,
				     GError **err)
{
	g_autoptr(GPtrArray) errors = NULL;
	CXTranslationUnit tu = NULL;

	*again = false;
	if (!write_text(build, err))
		return NULL;
	tu = parse_file(build->w, build->text_path, argv,
			CXTranslationUnit_ForSerialization | CXTranslationUnit_Incomplete, err);
	if (!tu)
		return NULL;
	errors = parse_errors(build->w, tu);
	if (!errors->len)
		return tu;
	*again = drop_culprits(build, tu);
	if (!*again)
		g_set_error_literal(err, G_FILE_ERROR, G_FILE_ERROR_FAILED, errors->pdata[0]);
	clang_disposeTranslationUnit(tu);
	return NULL;
}

static CXTranslationUnit parse_base(struct base_build *build, GError **err)
{
	g_autoptr(GPtrArray) argv = argv_for_base(build->w->env, build->group);
	CXTranslationUnit tu = NULL;
	bool again = true;

	for (unsigned i = 0; i < MAX_TRIES && again && !tu; i++)
		tu = try_headers(build, argv, &again, err);
	if (!tu && again)
		g_set_error_literal(err, G_FILE_ERROR, G_FILE_ERROR_FAILED,
				    "its headers do not compile together");
	return tu;
}

static bool save_pch(const struct worker *w, CXTranslationUnit tu, const char *base, GError **err)
{
	g_autofree char *path = pch_path(w->env, base);

	/* libclang writes to a temporary file and renames it. */
	if (!clang_saveTranslationUnit(tu, path, CXSaveTranslationUnit_None))
		return true;
	g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_FAILED,
		    "%s: the precompiled header could not be written", path);
	return false;
}

static void note_file(gpointer key, gpointer line, gpointer data)
{
	(void)line;
	g_ptr_array_add(data, key);
}

static bool write_index(struct base_build *build, CXTranslationUnit tu, const char *base,
			GError **err)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new();

	g_hash_table_remove_all(build->line_of);
	clang_getInclusions(tu, note_line, build);
	g_hash_table_foreach(build->line_of, note_file, files);
	return pch_write_index(build->w->env, build->group, base, files, err);
}

static bool store_base(struct base_build *build, CXTranslationUnit tu, char base[KEY_SIZE],
		       GError **err)
{
	struct worker *w = build->w;
	struct lower_options options = worker_lower_options(w);
	g_autoptr(GArray) hashes = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	struct facts_builder *builder = facts_builder_new("@base", "", "");
	g_autofree char *path = NULL;
	bool ok;

	parse_add_inputs(w, tu, builder, hashes);
	key_for_base(build->group->key, hashes, base);
	path = facts_cache_path(w->env->cache, base);
	options.is_base = true;
	ok = save_pch(w, tu, base, err) && lower_unit(tu, &options, builder, err) &&
	     facts_write(builder, path, err) && write_index(build, tu, base, err);
	facts_builder_free(builder);
	return ok;
}

static void init_build(struct base_build *build)
{
	build->headers = g_ptr_array_new();
	for (const char *const *header = build->group->headers; *header; header++)
		g_ptr_array_add(build->headers, (gpointer)*header);
	build->text_path = key_path(build->w->env, build->group->place, ".h");
	build->line_of = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void base_make(struct worker *w, const struct pch_group *group, struct job_reply *reply)
{
	struct base_build build = { .w = w, .group = group };
	g_autoptr(GError) err = NULL;
	char base[KEY_SIZE];
	CXTranslationUnit tu;

	init_build(&build);
	tu = parse_base(&build, &err);
	if (tu && store_base(&build, tu, base, &err)) {
		reply->ok = true;
		g_strlcpy(reply->text, base, sizeof(reply->text));
	} else {
		reply_failed(reply, "parse", err->message);
	}
	if (tu)
		clang_disposeTranslationUnit(tu);
	g_ptr_array_unref(build.headers);
	g_hash_table_unref(build.line_of);
	g_free(build.text_path);
}
