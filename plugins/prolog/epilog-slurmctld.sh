#!/bin/sh
# EpilogSlurmctld: tells atolld that a job has ended. docs/hooks.md.
# slurmctld gives it neither PATH nor SLURM_CONF.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
#SLURM_CONF=/etc/slurm/slurm.conf; export SLURM_CONF
atoll hook epilog-slurmctld
code=$?
[ $code -eq 0 ] ||
    logger -t atoll -p daemon.err "$0 ended with $code: the end of job $SLURM_JOB_ID is charged at the next poll"
exit 0
