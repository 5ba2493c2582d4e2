package main

import "context"

func cellsUseXLA(ctx context.Context, r *reporter) bool { return false }
