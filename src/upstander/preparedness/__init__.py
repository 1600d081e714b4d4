"""Plans, drills, the yearly review and exercises of each building: what the School Safety Drill Act asks of schools (R-plans)."""
