#!/bin/sh
# PrologSlurmctld: asks atolld whether the job that is about to start may. docs/hooks.md.
# slurmctld gives it neither PATH nor SLURM_CONF.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
#SLURM_CONF=/etc/slurm/slurm.conf; export SLURM_CONF
exec atoll hook prolog-slurmctld
