#include "CSlurm.h"
