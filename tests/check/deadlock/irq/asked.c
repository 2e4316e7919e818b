/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function of a handler and of tasks that asks where it is. */
#include "kernel.h"

struct uart {
	spinlock_t lock;
	int irq, n;
};

static void uart_kick(struct uart *u)
{
	if (in_interrupt()) {
		spin_lock(&u->lock);
		u->n++;
		spin_unlock(&u->lock);
		return;
	}
	spin_lock_irq(&u->lock);
	u->n++;
	spin_unlock_irq(&u->lock);
}

static irqreturn_t uart_irq_ok(int irq, void *data)
{
	uart_kick(data);
	return IRQ_HANDLED;
}

void uart_work_ok(struct uart *u)
{
	uart_kick(u);
}

int uart_probe_ok(struct uart *u)
{
	spin_lock_init(&u->lock);
	uart_work_ok(u);
	return request_irq(u->irq, uart_irq_ok, 0, "uart", u);
}

struct bad_uart {
	spinlock_t lock;
	int irq, n;
};

static void bad_uart_kick(struct bad_uart *u)
{
	spin_lock(&u->lock); // finds deadlock/irq: is taken with interrupts on here, and by a hardirq
	u->n++;
	spin_unlock(&u->lock);
}

static irqreturn_t bad_uart_irq(int irq, void *data)
{
	bad_uart_kick(data);
	return IRQ_HANDLED;
}

struct file;
struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

static struct bad_uart the_uart;

static long bad_uart_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	bad_uart_kick(&the_uart); // step
	return 0;
}

const struct file_operations bad_uart_fops = { .unlocked_ioctl = bad_uart_ioctl_bad };

int bad_uart_probe(struct bad_uart *u)
{
	spin_lock_init(&u->lock);
	return request_irq(u->irq, bad_uart_irq, 0, "uart", u);
}
