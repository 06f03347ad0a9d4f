"""What only a stand needs: the sandbox card beside a checkout, and the page to set a till up."""
