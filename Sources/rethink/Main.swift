import ArgumentParser
import Rethinking

@main
struct Rethink: ParsableCommand {}
