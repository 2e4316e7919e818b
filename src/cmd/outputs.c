/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outputs.c - which forms go where */
#include "cmd/outputs_p.h"

#include <string.h>
#include <unistd.h>

/* The longest chain that text shows whole: both chains of a circle then fit on one screen. */
#define CHAIN_SHOWN 10

typedef const void *(*find_form_fn)(const char *name);

static const void *find_report_form(const char *name)
{
	return report_form_find(name);
}

static const void *find_graph_form(const char *name)
{
	return graph_form_find(name);
}

static char *names_of_forms(find_form_fn find)
{
	GString *names = g_string_new(NULL);

	if (find == find_report_form) {
		for (const struct report_form *form = report_forms; form->name; form++)
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", form->name);
	} else {
		for (const struct graph_form *form = graph_forms; form->name; form++)
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", form->name);
	}
	return g_string_free(names, FALSE);
}

static bool goes_to(const GArray *outputs, const char *path)
{
	for (guint i = 0; i < outputs->len; i++) {
		if (g_str_equal(g_array_index(outputs, struct output_choice, i).path, path))
			return true;
	}
	return false;
}

/* "json" or "json:FILE" */
static bool add_output(GArray *outputs, find_form_fn find, const char *word, const char *output,
		       GError **err)
{
	g_auto(GStrv) parts = g_strsplit(word, ":", 2);
	struct output_choice choice = { .form = find(parts[0]) };
	g_autofree char *names = NULL;

	choice.path = g_intern_string(parts[1] ? parts[1] : output);
	if (!choice.form) {
		names = names_of_forms(find);
		g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--format: no form '%s'; there are %s", parts[0], names);
		return false;
	}
	if (goes_to(outputs, choice.path)) {
		g_set_error(
			err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			"--format: two forms cannot both go to %s; write FORM:FILE for one of them",
			g_str_equal(choice.path, "-") ? "standard output" : choice.path);
		return false;
	}
	g_array_append_val(outputs, choice);
	return true;
}

static GArray *read_outputs(const char *format, const char *output, find_form_fn find, GError **err)
{
	g_auto(GStrv) words = g_strsplit(format && *format ? format : "text", ",", -1);
	g_autoptr(GArray) outputs = g_array_new(FALSE, FALSE, sizeof(struct output_choice));

	for (char **word = words; *word; word++) {
		if (!add_output(outputs, find, *word, output ? output : "-", err))
			return NULL;
	}
	return g_steal_pointer(&outputs);
}

GArray *report_outputs(const char *format, const char *output, GError **err)
{
	return read_outputs(format, output, find_report_form, err);
}

GArray *graph_outputs(const char *format, const char *output, GError **err)
{
	return read_outputs(format, output, find_graph_form, err);
}

bool wants_colour(void)
{
	const char *never = g_getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(never && *never) && g_strcmp0(g_getenv("TERM"), "dumb");
}

bool write_report(const struct report *report, const struct report_form *form, const char *path,
		  bool stats, GError **err)
{
	struct report_style style = { .colour = g_str_equal(path, "-") && wants_colour(),
				      .stats = stats,
				      .chain = CHAIN_SHOWN };
	struct output out;

	if (!output_open(&out, path, err))
		return false;
	form->write(report, &style, out.to);
	return output_close(&out, err);
}

bool write_outputs(const struct report *report, const GArray *outputs, bool stats, GError **err)
{
	bool good = true;

	for (guint i = 0; i < outputs->len; i++) {
		const struct output_choice *choice =
			&g_array_index(outputs, struct output_choice, i);

		if (!write_report(report, choice->form, choice->path, stats, good ? err : NULL))
			good = false;
	}
	return good;
}

bool write_graph_outputs(const struct graph_view *view, const GArray *outputs, GError **err)
{
	for (guint i = 0; i < outputs->len; i++) {
		const struct output_choice *choice =
			&g_array_index(outputs, struct output_choice, i);
		const struct graph_form *form = choice->form;
		struct output out;

		if (!output_open(&out, choice->path, err))
			return false;
		if (!form->write(view, out.to, err)) {
			output_abandon(&out);
			return false;
		}
		if (!output_close(&out, err))
			return false;
	}
	return true;
}

char *last_report_path(const char *cache)
{
	return g_build_filename(cache, "last-report.json", NULL);
}
