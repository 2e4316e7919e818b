/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the interrupt takes is held while another lock is taken that is taken with interrupts on:
 * all that is taken inside that one is no more news.
 */
#include "kernel.h"

struct chip {
	spinlock_t counts, inode, quota;
	int n;
};

irqreturn_t chip_irq(int irq, void *data)
{
	struct chip *chip = data;

	spin_lock(&chip->counts); // step
	chip->n++;
	spin_unlock(&chip->counts);
	return IRQ_HANDLED;
}

int chip_probe(struct chip *chip, int irq)
{
	return request_irq(irq, chip_irq, 0, "chip", chip);
}

void chip_resize(struct chip *chip)
{
	spin_lock_irq(&chip->counts); // step
	spin_lock(&chip->inode);      // step
	chip->n = 0;
	spin_unlock(&chip->inode);
	spin_unlock_irq(&chip->counts);
}

void chip_write_bad(struct chip *chip)
{
	spin_lock(&chip->inode); // finds deadlock/irq [warning, medium]: inode
	chip->n++;
	spin_unlock(&chip->inode);
}

void chip_move(struct chip *chip)
{
	spin_lock_irq(&chip->inode); // step
	spin_lock(&chip->quota);     // step
	chip->n++;
	spin_unlock(&chip->quota);
	spin_unlock_irq(&chip->inode);
}

void chip_read(struct chip *chip)
{
	spin_lock(&chip->quota); // wrongly deadlock/irq [note, medium]: quota
	chip->n--;
	spin_unlock(&chip->quota);
}

/* Only the last of the three is taken with interrupts on. */
struct disk {
	spinlock_t counts, inode, quota;
	int n;
};

irqreturn_t disk_irq(int irq, void *data)
{
	struct disk *disk = data;

	spin_lock(&disk->counts); // step
	disk->n++;
	spin_unlock(&disk->counts);
	return IRQ_HANDLED;
}

int disk_probe(struct disk *disk, int irq)
{
	return request_irq(irq, disk_irq, 0, "disk", disk);
}

void disk_resize(struct disk *disk)
{
	spin_lock_irq(&disk->counts); // step
	spin_lock(&disk->inode);      // step
	disk->n = 0;
	spin_unlock(&disk->inode);
	spin_unlock_irq(&disk->counts);
}

void disk_write(struct disk *disk)
{
	spin_lock_irq(&disk->inode); // step
	spin_lock(&disk->quota);     // step
	disk->n++;
	spin_unlock(&disk->quota);
	spin_unlock_irq(&disk->inode);
}

void disk_read_bad(struct disk *disk)
{
	spin_lock(&disk->quota); // finds deadlock/irq [warning, medium]: quota
	disk->n--;
	spin_unlock(&disk->quota);
}
