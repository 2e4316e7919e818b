/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse.c - libclang: a file in, a translation unit, its errors and its inputs out */
#include "extract/worker_p.h"

#include <string.h>
#include <sys/stat.h>

/* More tell nothing new about a unit that is broken. */
#define MAX_ERRORS 20

/* A file as it was when first read in this worker. */
struct seen_input {
	char *path; /* as in facts */
	uint64_t hash, size;
	int64_t mtime_ns;
};

static const char *parse_error_text(enum CXErrorCode code)
{
	switch (code) {
	case CXError_Success:
		break;
	case CXError_Failure:
		return "libclang could not begin; are its resource headers installed?";
	case CXError_Crashed:
		return "libclang crashed";
	case CXError_InvalidArguments:
		return "libclang does not take these flags";
	case CXError_ASTReadError:
		return "the precompiled header cannot be read";
	}
	return "libclang failed";
}

CXTranslationUnit parse_file(struct worker *w, const char *file, GPtrArray *argv, unsigned options,
			     GError **err)
{
	CXTranslationUnit tu = NULL;
	enum CXErrorCode code = clang_parseTranslationUnit2(
		w->index, file, (const char *const *)argv->pdata, (int)argv->len - 1, NULL, 0,
		options | CXTranslationUnit_KeepGoing, &tu);

	if (code == CXError_Success)
		return tu;
	g_set_error_literal(err, G_FILE_ERROR, G_FILE_ERROR_FAILED, parse_error_text(code));
	return NULL;
}

struct lower_options worker_lower_options(const struct worker *w)
{
	return (struct lower_options){ .tree_root = w->env->roots.tree,
				       .objtree = w->env->roots.objtree };
}

static char *path_of(const struct worker *w, CXFile file)
{
	struct lower_options options = worker_lower_options(w);
	CXString name = clang_getFileName(file);
	const char *text = clang_getCString(name);
	char *path = lower_path(&options, text ? text : "");

	clang_disposeString(name);
	return path;
}

bool parse_is_error(CXDiagnostic diagnostic)
{
	CXString text;
	bool is_expected;

	if (clang_getDiagnosticSeverity(diagnostic) < CXDiagnostic_Error)
		return false;
	text = clang_getDiagnosticSpelling(diagnostic);
	is_expected = g_str_has_prefix(clang_getCString(text), "static assertion failed");
	clang_disposeString(text);
	return !is_expected;
}

static char *format_text(const struct worker *w, CXDiagnostic diagnostic, const char *text)
{
	const char *word = clang_getDiagnosticSeverity(diagnostic) == CXDiagnostic_Fatal
				   ? "fatal error"
				   : "error";
	unsigned line, column;
	g_autofree char *path = NULL;
	CXFile file;

	clang_getExpansionLocation(clang_getDiagnosticLocation(diagnostic), &file, &line, &column,
				   NULL);
	if (!file)
		return g_strdup_printf("%s: %s", word, text);
	path = path_of(w, file);
	return g_strdup_printf("%s:%u:%u: %s: %s", path, line, column, word, text);
}

static char *format_error(const struct worker *w, CXDiagnostic diagnostic)
{
	CXString text = clang_getDiagnosticSpelling(diagnostic);
	char *line = format_text(w, diagnostic, clang_getCString(text));

	clang_disposeString(text);
	return line;
}

GPtrArray *parse_errors(const struct worker *w, CXTranslationUnit tu)
{
	GPtrArray *errors = g_ptr_array_new_with_free_func(g_free);
	unsigned n = clang_getNumDiagnostics(tu);

	for (unsigned i = 0; i < n && errors->len < MAX_ERRORS; i++) {
		CXDiagnostic diagnostic = clang_getDiagnostic(tu, i);

		if (parse_is_error(diagnostic))
			g_ptr_array_add(errors, format_error(w, diagnostic));
		clang_disposeDiagnostic(diagnostic);
	}
	return errors;
}

struct input_visit {
	struct worker *w;
	CXTranslationUnit tu;
	GHashTable *done; /* struct seen_input: a header is named at each inclusion */
	struct facts_builder *builder;
	GArray *hashes;
};

/*
 * A file that changes while we read is not trusted: its time is recorded as 0, which no file has,
 * so the next run compares its content with what was parsed here.
 */
static void stamp(const struct worker *w, const char *name, struct seen_input *input)
{
	struct stat st;
	int64_t mtime;

	if (stat(name, &st) || (uint64_t)st.st_size != input->size)
		return;
	mtime = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	if (mtime < w->started_ns)
		input->mtime_ns = mtime;
}

static struct seen_input *see_input(struct input_visit *v, CXFile file, const char *name)
{
	struct seen_input *input = g_new0(struct seen_input, 1);
	size_t size = 0;
	const char *text = clang_getFileContents(v->tu, file, &size);

	input->path = path_of(v->w, file);
	input->size = size;
	input->hash = file_hash_bytes(0, text, size);
	stamp(v->w, name, input);
	g_hash_table_insert(v->w->inputs, g_strdup(name), input);
	return input;
}

static void visit_inclusion(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data)
{
	struct input_visit *v = data;
	CXString name = clang_getFileName(file);
	const char *text = clang_getCString(name);
	struct seen_input *input = g_hash_table_lookup(v->w->inputs, text);

	(void)stack;
	(void)depth;
	if (!input)
		input = see_input(v, file, text);
	if (g_hash_table_add(v->done, input)) {
		facts_add_input(v->builder, input->path, input->hash, input->size, input->mtime_ns);
		if (v->hashes)
			g_array_append_val(v->hashes, input->hash);
	}
	clang_disposeString(name);
}

void parse_add_inputs(struct worker *w, CXTranslationUnit tu, struct facts_builder *builder,
		      GArray *hashes)
{
	g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
	struct input_visit visit = {
		.w = w, .tu = tu, .done = done, .builder = builder, .hashes = hashes
	};

	clang_getInclusions(tu, visit_inclusion, &visit);
}
