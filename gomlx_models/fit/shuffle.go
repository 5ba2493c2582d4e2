package fit

// ShuffledIndex returns the n-th index of an endless walk through count examples, in which every epoch has its own
// order. It depends only on the seed and n, so an interrupted training continues with the batches that it would have
// seen.
func ShuffledIndex(seed uint64, n, count int) int {
	epoch, at := n/count, n%count
	return permute(at, count, seed+uint64(epoch)*0x9e3779b97f4a7c15)
}

// permute maps 0..n-1 onto itself, differently for each key, without a table: it walks a small Feistel cipher on the
// next power of four until the result is below n.
func permute(x, n int, key uint64) int {
	half := 1
	for 1<<(2*half) < n {
		half++
	}
	mask := uint64(1)<<half - 1
	for {
		left, right := uint64(x)>>half, uint64(x)&mask
		for round := range uint64(4) {
			f := (right + key + round*0xbf58476d1ce4e5b9) * 0x94d049bb133111eb
			f ^= f >> 29
			left, right = right, left^(f>>17&mask)
		}
		x = int(left<<half | right)
		if x < n {
			return x
		}
	}
}
