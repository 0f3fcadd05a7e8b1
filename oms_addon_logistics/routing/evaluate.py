"""Arrival times, kilometres and load of a given order of stops."""

from .problem import Route, Visit


def evaluate_route(problem, vehicle, stop_ids, start=None):
    """Drive a route in thought.

    The vehicle leaves as late as the first stop's window allows, waits where it
    is early, and is late where it is late: nothing is refused.

    :param Problem problem: where the stops and matrices are
    :param Vehicle vehicle: who drives
    :param stop_ids: ids of stops, in order
    :param int start: departure in seconds; by default chosen from the shift
    :rtype: Route
    """
    stops = [problem.stops[problem.stop_index[stop_id]] for stop_id in stop_ids]
    nodes = [problem.node(problem.stop_index[stop.id]) for stop in stops]
    depot = problem.depot_index[vehicle.depot]
    if start is None:
        start = _departure(problem, vehicle, depot, stops, nodes)
    visits, late, clock, here = [], 0, start, depot
    for stop, node in zip(stops, nodes, strict=True):
        visit = _visit(problem, stop, node, here, clock)
        visits.append(visit)
        late += visit.late
        clock, here = visit.departure, node
    back = int(problem.distance[here, depot])
    end = clock + int(problem.duration[here, depot])
    load, overload = _load(problem, vehicle, stops)
    return Route(
        vehicle=vehicle.id,
        visits=tuple(visits),
        start=start,
        end=end,
        distance=sum(visit.distance for visit in visits) + back,
        load=load,
        late=late + max(0, end - vehicle.shift_end),
        overload=overload,
    )


def _departure(problem, vehicle, depot, stops, nodes):
    """Latest departure that doesn't delay the first service."""
    if not stops or not stops[0].windows:
        return vehicle.shift_start
    travel = int(problem.duration[depot, nodes[0]])
    opening, _closing = _window(stops[0], vehicle.shift_start + travel)
    return max(vehicle.shift_start, opening - travel)


def _window(stop, arrival):
    """The first window still open at ``arrival``, else the last one."""
    for window in sorted(stop.windows):
        if arrival <= window[1]:
            return window
    return max(stop.windows)


def _visit(problem, stop, node, here, clock):
    arrival = clock + int(problem.duration[here, node])
    begin, late = arrival, 0
    if stop.windows:
        opening, closing = _window(stop, arrival)
        begin = max(arrival, opening)
        late = max(0, begin - closing)
    return Visit(
        stop=stop.id,
        arrival=arrival,
        start=begin,
        departure=begin + stop.service,
        distance=int(problem.distance[here, node]),
        late=late,
    )


def _load(problem, vehicle, stops):
    """Heaviest load per dimension and what exceeds the capacity.

    The number of stops counts as overload too, as a last dimension.
    """
    size = problem.dimensions
    loads = []
    for dimension in range(size):

        def amount(stop, dimension=dimension):
            return stop.demand[dimension] if dimension < len(stop.demand) else 0

        now = sum(amount(stop) for stop in stops if not stop.pickup)
        peak = now
        for stop in stops:
            now += amount(stop) if stop.pickup else -amount(stop)
            peak = max(peak, now)
        loads.append(peak)
    overload = [
        max(0, load - capacity)
        for load, capacity in zip(loads, vehicle.capacity, strict=False)
    ]
    if vehicle.max_stops:
        overload.append(max(0, len(stops) - vehicle.max_stops))
    return tuple(loads), tuple(overload)
