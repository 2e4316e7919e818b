/* SPDX-License-Identifier: GPL-2.0-or-later */
struct mutex {
	int owner;
};
void mutex_lock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);

struct dev {
	struct mutex lock;
	int state;
};

int get(struct dev *d)
{
	mutex_lock(&d->lock);
	if (!d->state)
		return -1;
	mutex_unlock(&d->lock);
	return 0;
}

int put(struct dev *d)
{
	return d->state;
}
