//go:build goexperiment.simd && amd64

package device

const simd = true
