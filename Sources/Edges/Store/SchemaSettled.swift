/// The fourteenth step of the file: until when reservations that are over are nobody's.

extension Schema {
    static let settledReservations = """
        ALTER TABLE reservation_rules ADD COLUMN settled_until INTEGER;

        """
}
