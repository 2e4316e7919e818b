/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cocci_patch.c - what a semantic patch says about itself */
#include "bridge/cocci_p.h"
#include "program/program.h"

#include <string.h>

#define SUFFIX ".cocci"

/* What follows "// FIELD:" on its line, or NULL. */
static const char *field(char *const *lines, const char *name, struct arena *arena)
{
	g_autofree char *mark = g_strdup_printf("// %s:", name);

	for (; *lines; lines++) {
		if (g_str_has_prefix(*lines, mark)) {
			g_autofree char *value = g_strdup(*lines + strlen(mark));

			return arena_strdup(arena, g_strstrip(value));
		}
	}
	return NULL;
}

static const char *about(char *const *lines, struct arena *arena)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (; *lines; lines++) {
		if (g_str_has_prefix(*lines, "/// "))
			g_string_append_printf(text, "%s%s", text->len ? " " : "",
					       *lines + strlen("/// "));
	}
	return arena_strdup(arena, text->str);
}

/* The kernel's words for it. */
static int confidence_of(const char *word)
{
	if (!g_strcmp0(word, "High"))
		return CONFIDENCE_HIGH;
	return g_strcmp0(word, "Moderate") ? CONFIDENCE_LOW : CONFIDENCE_MEDIUM;
}

static struct semantic_patch *read_patch(const char *folder, const char *file, struct arena *arena,
					 GError **err)
{
	struct semantic_patch *patch = arena_new_struct(arena, struct semantic_patch);
	g_autofree char *path = g_build_filename(folder, file, NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(path, &text, NULL, err))
		return NULL;
	lines = g_strsplit(text, "\n", -1);
	patch->path = arena_strdup(arena, path);
	patch->name = arena_printf(arena, "%.*s", (int)(strlen(file) - strlen(SUFFIX)), file);
	patch->about = about(lines, arena);
	patch->options = field(lines, "Options", arena);
	patch->rule = field(lines, "Rule", arena);
	patch->checklist = field(lines, "Checklist", arena);
	patch->confidence = confidence_of(field(lines, "Confidence", arena));
	if (!patch->options)
		patch->options = "--no-includes --include-headers";
	if (!patch->rule)
		patch->rule = arena_printf(arena, "cocci/%s", patch->name);
	if (!patch->checklist)
		patch->checklist = "";
	return patch;
}

static gint compare_names(gconstpointer p, gconstpointer q)
{
	const struct semantic_patch *a = *(struct semantic_patch *const *)p;
	const struct semantic_patch *b = *(struct semantic_patch *const *)q;

	return strcmp(a->name, b->name);
}

GPtrArray *semantic_patches(const char *folder, struct arena *arena, GError **err)
{
	g_autoptr(GPtrArray) patches = g_ptr_array_new();
	g_autoptr(GDir) dir = g_dir_open(folder, 0, err);
	const char *file;

	if (!dir)
		return NULL;
	while ((file = g_dir_read_name(dir))) {
		struct semantic_patch *patch;

		if (!g_str_has_suffix(file, SUFFIX))
			continue;
		patch = read_patch(folder, file, arena, err);
		if (!patch)
			return NULL;
		g_ptr_array_add(patches, patch);
	}
	g_ptr_array_sort(patches, compare_names);
	return g_steal_pointer(&patches);
}
