/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A barrier that is one only with the unlock before it. */
#include "kernel.h"

struct vcpu {
	struct srcu_struct srcu;
	int mode, requests;
};

void vcpu_init(struct vcpu *v)
{
	init_srcu_struct(&v->srcu);
}

void vcpu_destroy(struct vcpu *v)
{
	cleanup_srcu_struct(&v->srcu);
}

int vcpu_enter_bad(struct vcpu *v)
{
	v->mode = 1;
	smp_mb__after_srcu_read_unlock(); // finds lock/misuse [note, medium]: no srcu_read_unlock() before it
	return v->requests;
}

static void vcpu_unlock(struct vcpu *v, int index)
{
	srcu_read_unlock(&v->srcu, index);
}

int vcpu_enter_ok(struct vcpu *v)
{
	int index = srcu_read_lock(&v->srcu);

	v->mode = 1;
	srcu_read_unlock(&v->srcu, index);
	smp_mb__after_srcu_read_unlock();
	return v->requests;
}

int vcpu_enter_helper_ok(struct vcpu *v)
{
	int index = srcu_read_lock(&v->srcu);

	v->mode = 1;
	vcpu_unlock(v, index);
	smp_mb__after_srcu_read_unlock();
	return v->requests;
}
