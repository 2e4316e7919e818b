/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help_p.h - what is said about the commands to shells (completion.c) */
#ifndef LOCKGRAPH_HELP_P_H
#define LOCKGRAPH_HELP_P_H

void help_print_bash(void);
void help_print_zsh(void);

#endif
