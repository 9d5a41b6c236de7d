/// From a request and the cluster's view to what it may cost: one footprint for each partition.

import Units

/// What `request` may be allocated, a footprint for each partition it names, in that order.
///
/// Never empty. The user's name is nil where it could not be resolved: then the request must name
/// its account. With several partitions the caller prices each and takes the dearest.
package func estimate(
    _ request: JobRequest, userName: String?, view: ClusterView,
    options: EstimateOptions = EstimateOptions()
) throws(EstimateRefusal) -> [Footprint] {
    throw .viewMissing(cluster: view.cluster)
}
