"""What a firm may restyle: the workbooks and messages that its clients and engineers get."""
