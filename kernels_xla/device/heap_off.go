//go:build cgo && !noxla && !linux

package device

func keepFreedMemory() {}
