/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A semaphore that functions of its own take and give back, as the console's. It counts, so that
 * another may give it back; but not where an error is returned, and other ways give it back here.
 */
#include "kernel.h"

static struct semaphore console;

void take_console(void)
{
	down(&console);
}

void give_console(void)
{
	up(&console);
}

struct screen {
	int mode, font;
};

int set_font_bad(struct screen *screen, int font)
{
	take_console();
	if (screen->mode)
		return -EINVAL; // finds lock/imbalance: console
	screen->font = font;
	give_console();
	return 0;
}

int set_font_ok(struct screen *screen, int font)
{
	take_console();
	if (screen->mode) {
		give_console();
		return -EINVAL;
	}
	screen->font = font;
	give_console();
	return 0;
}

/* Taken for whoever ends the mode. */
int begin_mode_ok(struct screen *screen, int mode)
{
	take_console();
	if (screen->mode) {
		give_console();
		return -EBUSY;
	}
	screen->mode = mode;
	return 0;
}

void end_mode_ok(struct screen *screen)
{
	screen->mode = 0;
	give_console();
}
