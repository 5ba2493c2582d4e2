package fit

// Chunks splits n items into runs of at most size, calls f for each run in order, and stops at the first error.
func Chunks(n, size int, f func(from, n int) error) error {
	for from := 0; from < n; from += size {
		if err := f(from, min(size, n-from)); err != nil {
			return err
		}
	}
	return nil
}
