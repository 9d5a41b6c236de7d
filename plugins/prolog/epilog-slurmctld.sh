#!/bin/sh
# EpilogSlurmctld: tells atolld that a job has ended. docs/hooks.md.
# slurmctld gives it neither PATH nor SLURM_CONF.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
#SLURM_CONF=/etc/slurm/slurm.conf; export SLURM_CONF
exec atoll hook epilog-slurmctld
