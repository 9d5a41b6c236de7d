#!/bin/sh
# PrologSlurmctld: asks atolld whether the job that is about to start may. docs/hooks.md.
# slurmctld gives it neither PATH nor SLURM_CONF.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
#SLURM_CONF=/etc/slurm/slurm.conf; export SLURM_CONF
# Where atoll-gauge is not /usr/bin/atoll-gauge, say --gauge PATH.
atoll hook prolog-slurmctld
code=$?
# By another code than 0 slurmctld would requeue the job for ever.
[ $code -eq 0 ] ||
    logger -t atoll -p daemon.err "$0 ended with $code: job $SLURM_JOB_ID starts unasked; atoll doctor says why"
exit 0
