/* Secret: recognised so that it is neither counted nor printed. Nothing of it is read here. */
#include "model/cluster.h"

bool kt_secret_apply(kt_cluster *cluster, kt_object *object)
{
    (void)cluster;
    (void)object;
    return true;
}
