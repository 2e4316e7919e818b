/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ways out of a switch. */
#include "kernel.h"

enum command { START, STOP, RESET, STATUS };

struct dev {
	struct mutex lock;
	int state;
};

int control_bad(struct dev *d, enum command command)
{
	int result = 0;

	mutex_lock(&d->lock); // step
	switch (command) {
	case START:
		d->state = 1;
		break;
	case RESET:
		d->state = 0;
		/* fall through */
	case STOP:
		d->state--;
		break;
	case STATUS:
		return d->state; // finds lock/imbalance
	default:
		result = -EINVAL;
	}
	mutex_unlock(&d->lock);
	return result;
}

int control_ok(struct dev *d, enum command command)
{
	int result = 0;

	mutex_lock(&d->lock);
	switch (command) {
	case START:
		d->state = 1;
		break;
	case STATUS:
		result = d->state;
		break;
	case RESET:
		mutex_unlock(&d->lock);
		return -EAGAIN;
	default:
		result = -EINVAL;
	}
	mutex_unlock(&d->lock);
	return result;
}

/* Two switches over the same value. */
int twice_ok(struct dev *d, enum command command)
{
	switch (command) {
	case START:
	case STOP:
		mutex_lock(&d->lock);
		break;
	default:
		break;
	}
	d->state = 0;
	switch (command) {
	case START:
	case STOP:
		mutex_unlock(&d->lock);
		break;
	default:
		break;
	}
	return 0;
}
