//go:build !unix

package main

import "os"

// residentMB returns 0: this system does not say.
func residentMB(*os.ProcessState) float64 { return 0 }
