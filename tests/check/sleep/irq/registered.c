/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What runs in which context is told by how it is registered: what must not sleep, and what may. */
#include "kernel.h"

struct softirq_action;
struct pt_regs;
struct perf_event;
struct file;
struct seq_file;
struct notifier_block;

struct kprobe {
	int (*pre_handler)(struct kprobe *p, struct pt_regs *regs);
};

struct console {
	void (*write)(struct console *co, const char *s, unsigned int count);
};

struct pmu {
	int (*event_init)(struct perf_event *event);
	int (*add)(struct perf_event *event, int flags);
};

struct proc_ops {
	long (*proc_read)(struct file *file, char *to, size_t n);
};

struct seq_operations {
	int (*show)(struct seq_file *m, void *v);
};

struct block_device_operations {
	int (*open)(void *disk, unsigned int mode);
};

void open_softirq(int nr, void (*action)(struct softirq_action *));
int smp_call_function_single(int cpu, void (*func)(void *info), void *info, int wait);
int register_nmi_handler(unsigned int type, int (*fn)(unsigned int type, struct pt_regs *regs),
			 unsigned long flags, const char *name);

static void blocks_done_bad(struct softirq_action *action)
{
	msleep(1); // finds sleep/irq: blocks_done_bad(), which runs as a softirq
}

static void drain_cpu_bad(void *info)
{
	msleep(1); // finds sleep/irq: drain_cpu_bad(), which runs as a hardirq
}

static int probe_hit_bad(struct kprobe *p, struct pt_regs *regs)
{
	msleep(1); // finds sleep/atomic: probe_hit_bad(), which runs as a task with
	return 0;
}

static int machine_check_bad(unsigned int type, struct pt_regs *regs)
{
	msleep(1); // finds sleep/irq: machine_check_bad()
	return 0;
}

static void line_write_bad(struct console *co, const char *s, unsigned int count)
{
	msleep(1); // finds sleep/atomic: line_write_bad(), which runs as a task with
}

static int counter_add_bad(struct perf_event *event, int flags)
{
	msleep(1); // finds sleep/atomic: counter_add_bad(), which runs as a task with
	return 0;
}

static int counter_init_ok(struct perf_event *event)
{
	msleep(1);
	return 0;
}

static long status_read_ok(struct file *file, char *to, size_t n)
{
	msleep(1);
	return 0;
}

static int status_show_ok(struct seq_file *m, void *v)
{
	msleep(1);
	return 0;
}

static int disk_open_ok(void *disk, unsigned int mode)
{
	msleep(1);
	return 0;
}

const struct console line = { .write = line_write_bad };
const struct pmu counters = { .event_init = counter_init_ok, .add = counter_add_bad };
struct kprobe probe = { .pre_handler = probe_hit_bad };
const struct proc_ops status = { .proc_read = status_read_ok };
const struct seq_operations status_lines = { .show = status_show_ok };
const struct block_device_operations disk = { .open = disk_open_ok };

void setup_ok(void)
{
	open_softirq(4, blocks_done_bad);
	smp_call_function_single(1, drain_cpu_bad, NULL, 1);
	register_nmi_handler(0, machine_check_bad, 0, "check");
}
