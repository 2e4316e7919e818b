/* SPDX-License-Identifier: GPL-2.0-or-later */
/* baseline.c - what is new since a report of before */
#include "report/report.h"

bool report_drop_known(struct report *report, const char *path, GError **err)
{
	g_autoptr(GHashTable) ids = NULL;
	struct report *before = report_read(path, err);
	guint kept = 0;

	if (!before) {
		g_prefix_error(err, "--baseline: ");
		return false;
	}
	ids = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < before->findings->len; i++)
		g_hash_table_add(ids, (gpointer)((struct finding *)before->findings->pdata[i])->id);
	for (guint i = 0; i < report->findings->len; i++) {
		struct finding *f = report->findings->pdata[i];

		if (!g_hash_table_contains(ids, f->id))
			report->findings->pdata[kept++] = f;
	}
	for (guint i = 0; i < report->suppressed->len; i++) {
		struct report_suppression *s =
			&g_array_index(report->suppressed, struct report_suppression, i);

		s->was_there = g_hash_table_contains(ids, s->finding->id);
	}
	report->has_baseline = true;
	report->known = report->findings->len - kept;
	g_ptr_array_set_size(report->findings, (gint)kept);
	report_free(before);
	return true;
}
